import { dashboard } from './dashboard.ts';
import { graph } from './panel.ts';
import { quantileOf, rateOf } from './promql.ts';

const admit = 'tollgate_admit_duration_seconds';

export const redis = dashboard(
  {
    name: 'redis',
    title: 'Redis',
    description: 'What nodes see of Redis: round trips, settlements, and what went wrong.',
  },
  [
    graph(
      { title: 'Round trips of admissions', description: 'What each call waits for.', unit: 's' },
      { query: quantileOf(0.5, admit), legend: 'median' },
      { query: quantileOf(0.95, admit), legend: '95 %' },
      { query: quantileOf(0.99, admit), legend: '99 %' },
    ),
    graph(
      {
        title: 'Round trips by node, 99 %',
        description: 'All nodes slow: Redis or the network. One: that node.',
        unit: 's',
      },
      { query: quantileOf(0.99, admit, ['instance']), legend: '{{instance}}' },
    ),
    graph(
      { title: 'Admissions without a decision', description: 'Redis was away, slow or full.', unit: 'reqps' },
      { query: rateOf('tollgate_admissions_total{decision="failed"}', ['instance']), legend: '{{instance}}' },
    ),
    graph(
      { title: 'Degraded nodes', description: 'By reason; metrics.md explains each.', unit: 'short' },
      { query: 'sum by (reason) (tollgate_degraded)', legend: '{{reason}}' },
    ),
    graph(
      {
        title: 'Settlements by result',
        description: '`failed` are sent again; `unreserved`: Redis had lost the reservation.',
        unit: 'ops',
      },
      { query: rateOf('tollgate_settlements_total', ['result']), legend: '{{result}}' },
    ),
    graph(
      {
        title: 'Reservations of lost nodes',
        description: 'Ended, and charged as estimates until the truth comes.',
        unit: 'ops',
      },
      { query: rateOf('tollgate_reservations_reaped_total'), legend: 'reaped' },
    ),
  ],
);
