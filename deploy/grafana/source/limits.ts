import { dashboard } from './dashboard.ts';
import { graph, stackedGraph } from './panel.ts';
import { meanOf, quantileOf, rateOf } from './promql.ts';

const admissions = 'tollgate_admissions_total';
const refused = 'tollgate_admissions_total{decision="refused"}';
const estimate = 'tollgate_estimate_ratio';

export const limits = dashboard(
  {
    name: 'limits',
    title: 'limits and refusals',
    description: 'Who is refused by what, and how well calls are estimated.',
  },
  [
    stackedGraph(
      { title: 'Decisions', description: '`failed`: Redis did not decide in time.', unit: 'reqps' },
      { query: rateOf(admissions, ['decision']), legend: '{{decision}}' },
    ),
    graph(
      { title: 'Refused share', description: 'Of all decisions by a limit or budget.', unit: 'percentunit' },
      {
        query: `${rateOf(refused)} / ${rateOf('tollgate_admissions_total{decision=~"admitted|refused"}')}`,
        legend: 'refused',
      },
    ),
    stackedGraph(
      { title: 'Refusals by limit', description: 'Which limit bound, and whose it was.', unit: 'reqps' },
      { query: rateOf(refused, ['scope', 'limit']), legend: '{{limit}} of a {{scope}}' },
    ),
    graph(
      {
        title: 'Refused before admission, by code',
        description: 'Wrong keys, models not allowed, requests too large; limits and budgets by their codes.',
        unit: 'reqps',
      },
      { query: rateOf('tollgate_requests_total{outcome="none",code!="none"}', ['code']), legend: '{{code}}' },
    ),
    graph(
      {
        title: 'Needed, for each one that was expected',
        description: 'Tokens above 1 are worked off as a debt; cost is that of calls under soft budgets.',
        unit: 'short',
      },
      { query: meanOf(estimate, ['of']), legend: '{{of}}, mean' },
      { query: quantileOf(0.95, estimate, ['of']), legend: '{{of}}, 95 %' },
    ),
    graph(
      {
        title: 'Calls that used more tokens than were reserved',
        description: 'Their share of all calls.',
        unit: 'percentunit',
      },
      {
        query: `1 - ${rateOf(`${estimate}_bucket{of="tokens",le="1"}`)} / ${rateOf(`${estimate}_count{of="tokens"}`)}`,
        legend: 'above 1',
      },
    ),
    graph(
      {
        title: 'Attempts that cost more than their bound',
        description:
          'Since the node started. The provider charged above its published rules, or its price here is wrong.',
        unit: 'short',
      },
      { query: 'sum by (provider, model) (tollgate_bound_exceeded_total)', legend: '{{model}} at {{provider}}' },
    ),
  ],
);
