import { dashboard } from './dashboard.ts';
import { graph } from './panel.ts';
import { meanOf, quantileOf } from './promql.ts';

const duration = 'tollgate_request_duration_seconds';
const firstToken = 'tollgate_time_to_first_token_seconds';
const overhead = 'tollgate_overhead_seconds';
const admit = 'tollgate_admit_duration_seconds';
const attempt = 'tollgate_upstream_attempt_duration_seconds';

export const latency = dashboard(
  {
    name: 'latency',
    title: 'latency',
    description: 'Where the time of a slow minute went: provider, Redis, or the gateway itself.',
  },
  [
    graph(
      { title: 'Duration of calls', description: 'From the first byte read to the last byte written.', unit: 's' },
      { query: quantileOf(0.5, duration), legend: 'median' },
      { query: quantileOf(0.95, duration), legend: '95 %' },
      { query: quantileOf(0.99, duration), legend: '99 %' },
    ),
    graph(
      { title: 'Duration by model, 95 %', description: 'Whether one model is slow or all of them are.', unit: 's' },
      { query: quantileOf(0.95, duration, ['model']), legend: '{{model}}' },
    ),
    graph(
      {
        title: 'Time to first token against what Tollgate adds, 95 %',
        description: 'Far apart: the wait is the provider’s. Close together: it is ours, or Redis’.',
        unit: 's',
      },
      { query: quantileOf(0.95, firstToken), legend: 'time to first token' },
      { query: quantileOf(0.95, overhead), legend: 'added by Tollgate' },
      { query: quantileOf(0.95, admit), legend: 'waiting for Redis' },
    ),
    graph(
      { title: 'Time to first token by provider, 95 %', description: 'Streamed calls, retries included.', unit: 's' },
      { query: quantileOf(0.95, firstToken, ['model', 'provider']), legend: '{{model}} at {{provider}}' },
    ),
    graph(
      {
        title: 'One attempt by provider, 95 %',
        description: 'Single tries, streamed or not, from sending to their end. Short ones with long calls: retries.',
        unit: 's',
      },
      { query: quantileOf(0.95, attempt, ['provider']), legend: '{{provider}}' },
    ),
    graph(
      {
        title: 'Attempts a call',
        description: 'Above 1: retries and fallbacks, each of which takes time.',
        unit: 'short',
      },
      {
        query:
          'sum (rate(tollgate_upstream_attempts_total[$__rate_interval])) / sum (rate(tollgate_request_duration_seconds_count[$__rate_interval]))',
        legend: 'attempts',
      },
    ),
    graph(
      { title: 'Added by Tollgate', description: 'To the first byte of the answer, without the provider.', unit: 's' },
      { query: quantileOf(0.5, overhead), legend: 'median' },
      { query: quantileOf(0.99, overhead), legend: '99 %' },
      { query: meanOf(overhead), legend: 'mean' },
    ),
    graph(
      {
        title: 'Added by Tollgate, by node, 99 %',
        description: 'One node apart from the others: look at its event loop and its machine.',
        unit: 's',
      },
      { query: quantileOf(0.99, overhead, ['instance']), legend: '{{instance}}' },
    ),
  ],
);
