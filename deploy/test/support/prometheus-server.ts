import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

/** A sample of an instant query. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface PrometheusServer {
  /** Fails on an expression that Prometheus does not accept. */
  query(expression: string): Promise<readonly Sample[]>;
  stop(): Promise<void>;
}

const folder = fileURLToPath(new URL('../../prometheus/', import.meta.url));

/** A real server with the configuration and rules of this repository, but that it scrapes these, by the names of their jobs, twice a second. */
export async function startPrometheus(targets: Readonly<Record<string, string>>): Promise<PrometheusServer> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-prometheus-'));
  const configPath = join(directory, 'prometheus.yml');
  writeFileSync(configPath, configurationFor(targets));
  const args = [`--config.file=${configPath}`, `--storage.tsdb.path=${directory}`, '--web.listen-address=127.0.0.1:0'];
  const child = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stderr });
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    lines.on('line', (line) => {
      printed += `${line}\n`;
      const address = /msg="Listening on".* address=(\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(`http://${address}`);
    });
    void exited.then(() => reject(new Error(`prometheus ended at once:\n${printed}`)));
  });
  return {
    query: (expression) => query(url, expression),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface ScrapeConfig {
  readonly job_name: string;
}

function configurationFor(targets: Readonly<Record<string, string>>): string {
  const own: { readonly scrape_configs: readonly ScrapeConfig[] } = parse(
    readFileSync(join(folder, 'prometheus.yml'), 'utf8'),
  );
  return stringify({
    ...own,
    global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '1s' },
    rule_files: [join(folder, 'rules/*.yml')],
    scrape_configs: own.scrape_configs.flatMap(({ job_name: job }) => {
      const target = targets[job];
      return target === undefined ? [] : [{ job_name: job, static_configs: [{ targets: [target] }] }];
    }),
  });
}

interface Answer {
  readonly error?: string;
  readonly data?: { readonly result: readonly { metric: Record<string, string>; value: readonly [number, string] }[] };
}

async function query(url: string, expression: string): Promise<readonly Sample[]> {
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: expression }),
  });
  const { error, data } = (await response.json()) as Answer;
  if (data === undefined) throw new Error(`${expression}\n${error}`);
  return data.result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
}
