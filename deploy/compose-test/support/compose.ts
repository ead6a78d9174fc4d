import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const root = join(import.meta.dirname, '..', '..', '..');

/** Compose v2, else docker-compose 1.29. */
const [program, ...firstWords] =
  spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0
    ? (['docker', 'compose'] as const)
    : (['docker-compose'] as const);

/** docker-compose.yml as it is, as a project of its own. */
export class ComposeProject {
  readonly #variables: Readonly<Record<string, string>>;
  readonly name: string;

  /** `variables` are what a person would write in .env. */
  constructor(name: string, variables: Readonly<Record<string, string>>) {
    this.name = name;
    this.#variables = variables;
  }

  /** The same project with other words in .env. */
  with(variables: Readonly<Record<string, string>>): ComposeProject {
    return new ComposeProject(this.name, { ...this.#variables, ...variables });
  }

  /** What the command printed on its standard output; rejects, with all that it said, where it fails. */
  async run(...words: readonly string[]): Promise<string> {
    const all = [...firstWords, '--project-name', this.name, ...words];
    const env = { ...process.env, ...this.#variables };
    const { stdout } = await run(program, all, { cwd: root, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  }

  /** Ids of a service's running containers, by the labels that every Compose gives them: asking Docker itself takes a tenth of the time. */
  async containers(service: string): Promise<readonly string[]> {
    const labels = [`com.docker.compose.project=${this.name}`, `com.docker.compose.service=${service}`];
    const ids = await docker('ps', '--quiet', ...labels.flatMap((label) => ['--filter', `label=${label}`]));
    return ids.split('\n').filter((id) => id !== '');
  }

  /** The command line, as a person would run it. */
  async tollgate(...words: readonly string[]): Promise<string> {
    return this.run('run', '--rm', '-T', 'tollgate', ...words);
  }

  /** The body that an address inside the network answers with. */
  async fetchInside(address: string): Promise<string> {
    const script = `fetch(${JSON.stringify(address)}).then((r) => r.text()).then(console.log)`;
    const [simulator = ''] = await this.containers('simulator');
    return docker('exec', simulator, 'node', '-e', script);
  }

  /** Ends everything and removes what it kept. */
  async remove(): Promise<void> {
    await this.run('down', '--volumes', '--timeout', '1', '--remove-orphans');
  }
}

export async function docker(...words: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', words, { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}
