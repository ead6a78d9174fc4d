import { dashboard } from './dashboard.ts';
import { graph, stackedGraph } from './panel.ts';
import { quantileOf, rateOf } from './promql.ts';

const attempts = 'tollgate_upstream_attempts_total';

export const providers = dashboard(
  {
    name: 'providers',
    title: 'providers',
    description: 'Health of providers, their credentials and circuit breakers.',
  },
  [
    stackedGraph(
      { title: 'Attempts by provider', description: 'HTTP tries, retries included.', unit: 'reqps' },
      { query: rateOf(attempts, ['provider']), legend: '{{provider}}' },
    ),
    graph(
      {
        title: 'Attempts answered',
        description: 'Share of a provider’s attempts that brought a whole answer.',
        unit: 'percentunit',
      },
      {
        query: `${rateOf(`${attempts}{result="ok"}`, ['provider'])} / ${rateOf(attempts, ['provider'])}`,
        legend: '{{provider}}',
      },
    ),
    graph(
      { title: 'Failed attempts by cause', description: 'Codes say what the provider did.', unit: 'reqps' },
      { query: rateOf(`${attempts}{result!="ok"}`, ['provider', 'result']), legend: '{{provider}}: {{result}}' },
    ),
    graph(
      { title: 'Fallbacks', description: 'Calls that went on to the next target of their route.', unit: 'reqps' },
      { query: rateOf('tollgate_fallbacks_total'), legend: 'fallbacks' },
    ),
    graph(
      {
        title: 'Open circuit breakers',
        description: 'Nodes that pass a target over. Each node judges by what it sees itself.',
        unit: 'short',
      },
      { query: 'sum by (provider, model) (tollgate_breaker_open)', legend: '{{model}} at {{provider}}' },
    ),
    graph(
      {
        title: 'Credentials set aside',
        description: 'Nodes that do not use a credential: spent, refused, or told to wait.',
        unit: 'short',
      },
      {
        query: 'sum by (provider, credential) (tollgate_credential_disabled)',
        legend: '{{credential}} of {{provider}}',
      },
    ),
    graph(
      { title: 'One attempt', description: 'From sending to the end of the answer or its failure.', unit: 's' },
      {
        query: quantileOf(0.5, 'tollgate_upstream_attempt_duration_seconds', ['provider']),
        legend: '{{provider}}, median',
      },
      {
        query: quantileOf(0.95, 'tollgate_upstream_attempt_duration_seconds', ['provider']),
        legend: '{{provider}}, 95 %',
      },
    ),
    graph(
      {
        title: 'Broken off answers',
        description: 'The provider ended them after content had gone out.',
        unit: 'reqps',
      },
      { query: rateOf('tollgate_requests_total{outcome="cut"}', ['provider']), legend: '{{provider}}' },
    ),
  ],
);
