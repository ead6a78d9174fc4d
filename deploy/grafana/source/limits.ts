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
        title: 'Tokens used for each one reserved',
        description: 'Above 1: calls need more than was set aside, and the difference is worked off as a debt.',
        unit: 'short',
      },
      { query: meanOf(estimate), legend: 'mean' },
      { query: quantileOf(0.95, estimate), legend: '95 %' },
    ),
    graph(
      {
        title: 'Calls that needed more than was reserved',
        description: 'Their share of all calls.',
        unit: 'percentunit',
      },
      { query: `1 - ${rateOf(`${estimate}_bucket{le="1"}`)} / ${rateOf(`${estimate}_count`)}`, legend: 'above 1' },
    ),
  ],
);
