import { StackingMode, VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { StackingConfigBuilder, VizLegendOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** Names that Grafana gives to units. */
export type Unit = 's' | 'reqps' | 'ops' | 'cps' | 'percentunit' | 'currencyUSD' | 'short' | 'bytes';

export interface Series {
  /** PromQL; `$__rate_interval` is Grafana's own: at least four scrapes. */
  readonly query: string;
  /** `{{label}}` stands for a label's value. */
  readonly legend: string;
}

export interface PanelText {
  readonly title: string;
  /** What an operator reads from it. */
  readonly description: string;
  readonly unit: Unit;
}

/** The data source that is chosen above the dashboard. */
export const dataSource = { type: 'prometheus', uid: '${datasource}' } as const;

/** Lines over time. */
export function graph(text: PanelText, ...series: readonly Series[]): Panel {
  return timeSeries(text, series).build();
}

/** Areas over time that add up. */
export function stackedGraph(text: PanelText, ...series: readonly Series[]): Panel {
  return timeSeries(text, series)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .fillOpacity(30)
    .build();
}

/** One number a series, as it is now. */
export function figure(text: PanelText, ...series: readonly Series[]): Panel {
  return new StatBuilder()
    .title(text.title)
    .description(text.description)
    .unit(text.unit)
    .datasource(dataSource)
    .targets(queries(series))
    .build();
}

const timeSeries = (text: PanelText, series: readonly Series[]): TimeSeriesBuilder =>
  new TimeSeriesBuilder()
    .title(text.title)
    .description(text.description)
    .unit(text.unit)
    .min(0)
    .datasource(dataSource)
    .showPoints(VisibilityMode.Never)
    .legend(new VizLegendOptionsBuilder().showLegend(true))
    .targets(queries(series));

const queries = (series: readonly Series[]): DataqueryBuilder[] =>
  series.map(({ query, legend }, index) =>
    new DataqueryBuilder()
      .datasource(dataSource)
      .expr(query)
      .legendFormat(legend)
      .refId(String.fromCodePoint('A'.codePointAt(0) ?? 0, index)),
  );
