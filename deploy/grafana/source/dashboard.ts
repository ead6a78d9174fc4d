import { VariableType, type Panel, type VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';

export interface DashboardText {
  /** Names its file and its address in Grafana. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/** The classic shape, which every Grafana from 9 on can load from a file. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schemaVersion: number;
  readonly editable: boolean;
  /** 1: one cross-hair over all panels, so that a peak is seen in each of them. */
  readonly graphTooltip: number;
  readonly time: { readonly from: string; readonly to: string };
  readonly refresh: string;
  readonly templating: { readonly list: readonly VariableModel[] };
  readonly links: readonly object[];
  readonly panels: readonly Panel[];
}

const columns = 24;
const panelWidth = columns / 2;
const panelHeight = 8;

/** Two panels a row, in order. */
export function dashboard({ name, title, description }: DashboardText, panels: readonly Panel[]): Dashboard {
  return {
    uid: `tollgate-${name}`,
    title: `Tollgate: ${title}`,
    description,
    tags: ['tollgate'],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    time: { from: 'now-1h', to: 'now' },
    refresh: '30s',
    templating: { list: [dataSourceChoice] },
    links: [otherDashboards],
    panels: panels.map((panel, index) => ({ ...panel, id: index + 1, gridPos: placeOf(index) })),
  };
}

const placeOf = (index: number) => ({
  h: panelHeight,
  w: panelWidth,
  x: (index % 2) * panelWidth,
  y: Math.floor(index / 2) * panelHeight,
});

const dataSourceChoice: VariableModel = {
  type: VariableType.Datasource,
  name: 'datasource',
  label: 'Data source',
  query: 'prometheus',
};

const otherDashboards = {
  type: 'dashboards',
  title: 'Tollgate',
  tags: ['tollgate'],
  asDropdown: true,
  includeVars: false,
  keepTime: true,
};
