import { dashboard } from './dashboard.ts';
import { graph } from './panel.ts';
import { rateOf } from './promql.ts';

export const nodeInternals = dashboard(
  { name: 'node', title: 'Node internals', description: 'Whether a process of Tollgate has what it needs.' },
  [
    graph(
      { title: 'CPU', description: 'At 1 a node’s only thread is busy all the time: start more nodes.', unit: 'short' },
      { query: rateOf('process_cpu_seconds_total', ['instance']), legend: '{{instance}}' },
    ),
    graph(
      { title: 'Event loop lag, 99 %', description: 'Time for which everything in the process waited.', unit: 's' },
      { query: 'max by (instance) (nodejs_eventloop_lag_p99_seconds)', legend: '{{instance}}' },
    ),
    graph(
      { title: 'Memory', description: 'Resident: what the container’s limit counts.', unit: 'bytes' },
      { query: 'sum by (instance) (process_resident_memory_bytes)', legend: '{{instance}}, resident' },
      { query: 'sum by (instance) (nodejs_heap_size_used_bytes)', legend: '{{instance}}, heap' },
    ),
    graph(
      {
        title: 'Time in garbage collection',
        description: 'Share of the time; above a tenth the heap is too small.',
        unit: 'percentunit',
      },
      { query: rateOf('nodejs_gc_duration_seconds_sum', ['instance']), legend: '{{instance}}' },
    ),
    graph(
      { title: 'Open file descriptors', description: 'Of those that the process may have.', unit: 'percentunit' },
      {
        query: 'max by (instance) (process_open_fds / process_max_fds)',
        legend: '{{instance}}',
      },
    ),
    graph(
      { title: 'Log lines dropped', description: 'Their reader was too slow.', unit: 'ops' },
      { query: rateOf('tollgate_log_lines_dropped_total', ['instance']), legend: '{{instance}}' },
    ),
    graph(
      { title: 'Spans dropped', description: 'Their collector was too slow, away, or refused them.', unit: 'ops' },
      { query: rateOf('tollgate_spans_dropped_total', ['instance']), legend: '{{instance}}' },
    ),
  ],
);
