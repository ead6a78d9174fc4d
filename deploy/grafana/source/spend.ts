import { dashboard } from './dashboard.ts';
import { figure, graph, stackedGraph } from './panel.ts';
import { rateOf } from './promql.ts';

const cost = 'tollgate_cost_usd_total';
const tokens = 'tollgate_tokens_total';

export const spend = dashboard(
  {
    name: 'spend',
    title: 'spend',
    description: 'For seeing trends. What is billed is in the usage report, which is exact.',
  },
  [
    figure(
      { title: 'Spent in the chosen time', description: 'By all callers together.', unit: 'currencyUSD' },
      { query: `sum (increase(${cost}[$__range]))`, legend: 'USD' },
    ),
    graph(
      { title: 'Spend an hour', description: 'At the present rate.', unit: 'currencyUSD' },
      { query: `3600 * ${rateOf(cost)}`, legend: 'USD an hour' },
    ),
    stackedGraph(
      {
        title: 'Spend an hour by tenant',
        description: 'The ten that spend most at the present rate; small ones count as `other`.',
        unit: 'currencyUSD',
      },
      { query: `topk(10, 3600 * ${rateOf('tollgate_tenant_cost_usd_total', ['tenant'])})`, legend: '{{tenant}}' },
    ),
    stackedGraph(
      { title: 'Spend an hour by model', description: 'At the present rate.', unit: 'currencyUSD' },
      { query: `3600 * ${rateOf(cost, ['model'])}`, legend: '{{model}}' },
    ),
    stackedGraph(
      { title: 'Spend an hour by provider', description: 'At the present rate.', unit: 'currencyUSD' },
      { query: `3600 * ${rateOf(cost, ['provider'])}`, legend: '{{provider}}' },
    ),
    stackedGraph(
      { title: 'Tokens by kind', description: '`reasoning` is part of `output` and left out here.', unit: 'cps' },
      { query: rateOf(`${tokens}{kind!="reasoning"}`, ['kind']), legend: '{{kind}}' },
    ),
    stackedGraph(
      { title: 'Tokens by model', description: 'Input and output together.', unit: 'cps' },
      { query: rateOf(`${tokens}{kind!="reasoning"}`, ['model']), legend: '{{model}}' },
    ),
    graph(
      {
        title: 'USD a million tokens',
        description: 'A step: another price, another model, or another provider.',
        unit: 'currencyUSD',
      },
      {
        query: `1e6 * ${rateOf(cost, ['model', 'provider'])} / ${rateOf(`${tokens}{kind!="reasoning"}`, ['model', 'provider'])}`,
        legend: '{{model}} at {{provider}}',
      },
    ),
    graph(
      {
        title: 'Input read from caches',
        description: 'Share of input tokens that the provider had cached.',
        unit: 'percentunit',
      },
      {
        query: `(${rateOf(`${tokens}{kind="cache_read"}`)} or vector(0)) / ${rateOf(`${tokens}{kind=~"input_uncached|cache_read|cache_write"}`)}`,
        legend: 'cached',
      },
    ),
  ],
);
