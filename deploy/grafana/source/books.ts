import { dashboard } from './dashboard.ts';
import { figure, graph, stackedGraph } from './panel.ts';
import { rateOf } from './promql.ts';

const events = 'tollgate_usage_events_total';
const lag = 'max by (shard) (tollgate_stream_lag_events)';

export const books = dashboard(
  {
    name: 'books',
    title: 'ledger and usage events',
    description: 'Whether every charge is booked, added up and accounted for: streams, aggregators, journals, drift.',
  },
  [
    figure(
      {
        title: 'Ledger drift',
        description: 'Of counters of spend from their events. Only 0 is good.',
        unit: 'currencyUSD',
      },
      { query: 'max(abs(tollgate_ledger_drift_usd))', legend: 'USD' },
    ),
    figure(
      { title: 'Dead letters', description: 'Events set aside in the chosen time. Only 0 is good.', unit: 'short' },
      { query: `sum(increase(${events}{result="set_aside"}[$__range]))`, legend: 'set aside' },
    ),
    graph(
      {
        title: 'Usage events that wait',
        description: 'In no roll-up yet. It grows: no aggregator runs, or too few.',
        unit: 'short',
      },
      { query: `sum(${lag})`, legend: 'waiting' },
    ),
    graph(
      {
        title: 'Shards with most events waiting',
        description: 'One alone: a tenant that calls much, or an event that cannot be applied.',
        unit: 'short',
      },
      { query: `topk(5, ${lag})`, legend: 'shard {{shard}}' },
    ),
    stackedGraph(
      {
        title: 'Usage events by result',
        description: '`passed_over`: another aggregator was first; `retried` again and again ends as `set_aside`.',
        unit: 'ops',
      },
      { query: rateOf(events, ['result']), legend: '{{result}}' },
    ),
    graph(
      { title: 'Usage events applied, by aggregator', description: 'How the work is shared.', unit: 'ops' },
      { query: rateOf(`${events}{job="cost-aggregator",result="applied"}`, ['instance']), legend: '{{instance}}' },
    ),
    graph(
      {
        title: 'Aggregators',
        description: 'That answer. One is enough; with none, reports stand still.',
        unit: 'short',
      },
      { query: 'sum(up{job="cost-aggregator"})', legend: 'up' },
    ),
    graph(
      {
        title: 'Time since the ledger was compared',
        description: 'With all its counters. More than some minutes: too many events wait, or Redis fails.',
        unit: 's',
      },
      { query: 'time() - max(tollgate_ledger_verified_timestamp_seconds)', legend: 'since' },
    ),
    graph(
      {
        title: 'Usage events that wait for the archive',
        description: 'Where there is one. It grows: its disk is full, slow or gone.',
        unit: 'short',
      },
      { query: 'sum(tollgate_archive_lag_events)', legend: 'waiting' },
      { query: 'max(tollgate_archive_failing)', legend: '1 while it cannot be written' },
    ),
    stackedGraph(
      {
        title: 'Alerts on spend posted',
        description: '`failed` is tried again; `given_up` never arrived.',
        unit: 'ops',
      },
      { query: rateOf('tollgate_alerts_total', ['webhook', 'result']), legend: '{{webhook}}, {{result}}' },
    ),
    graph(
      {
        title: 'Settlements in journals',
        description: 'That Redis has not confirmed, by node. It grows: Redis is away or slow.',
        unit: 'short',
      },
      { query: 'max by (instance) (tollgate_journal_entries{job="gateway"})', legend: '{{instance}}' },
    ),
    graph(
      {
        title: 'Nodes without a journal, or with a full one',
        description: '`journal_off`: a crash costs the truth of the last calls; `journal_full`: nothing is admitted.',
        unit: 'short',
      },
      { query: 'sum by (reason) (tollgate_degraded{reason=~"journal_.*"})', legend: '{{reason}}' },
    ),
    stackedGraph(
      {
        title: 'Charges that are no plain truth',
        description: '`corrected`: an estimate was replaced; reaped: one was made for a node that died.',
        unit: 'ops',
      },
      { query: rateOf('tollgate_settlements_total{result=~"corrected|unreserved"}', ['result']), legend: '{{result}}' },
      { query: rateOf('tollgate_reservations_reaped_total'), legend: 'reaped' },
    ),
  ],
);
