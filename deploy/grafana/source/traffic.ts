import { dashboard } from './dashboard.ts';
import { figure, graph, stackedGraph } from './panel.ts';
import { rateOf } from './promql.ts';

const requests = 'tollgate_requests_total';
const admitted = 'tollgate_requests_total{outcome!="none"}';
const failed = 'tollgate_requests_total{outcome=~"failed|cut"}';

export const traffic = dashboard(
  { name: 'traffic', title: 'traffic and errors', description: 'What callers ask for and what they get.' },
  [
    figure(
      {
        title: 'Failed calls',
        description: 'Admitted calls that failed or were cut off by the provider, among all admitted ones.',
        unit: 'percentunit',
      },
      { query: `(${rateOf(failed)} or vector(0)) / ${rateOf(admitted)}`, legend: 'failed' },
    ),
    figure(
      { title: 'Nodes', description: 'Nodes that answer, by version: two during an upgrade, else one.', unit: 'short' },
      { query: 'count by (version) (tollgate_build_info{job="gateway"})', legend: '{{version}}' },
    ),
    stackedGraph(
      {
        title: 'Requests by outcome',
        description: '`none` was never admitted: refused, or wrong. `aborted`: the client left.',
        unit: 'reqps',
      },
      { query: rateOf(requests, ['outcome']), legend: '{{outcome}}' },
    ),
    stackedGraph(
      { title: 'Requests by model', description: 'Models of wildcard routes count as `other`.', unit: 'reqps' },
      { query: rateOf(requests, ['model']), legend: '{{model}}' },
    ),
    graph(
      {
        title: 'Errors by code',
        description: 'Codes of errors.md, whoever is to blame for them: caller, provider or Tollgate.',
        unit: 'reqps',
      },
      { query: rateOf('tollgate_requests_total{code!="none"}', ['code']), legend: '{{code}}' },
    ),
    graph(
      {
        title: 'Failed calls by model and provider',
        description: 'Whether one target fails or all of them do.',
        unit: 'reqps',
      },
      { query: rateOf(failed, ['model', 'provider']), legend: '{{model}} at {{provider}}' },
    ),
    graph(
      {
        title: 'Requests in flight by node',
        description: 'Uneven lines: the load balancer favours a node.',
        unit: 'short',
      },
      { query: 'sum by (instance) (tollgate_inflight_requests)', legend: '{{instance}}' },
    ),
    graph(
      { title: 'Open streams by node', description: 'Streamed answers being written.', unit: 'short' },
      { query: 'sum by (instance) (tollgate_open_streams)', legend: '{{instance}}' },
    ),
  ],
);
