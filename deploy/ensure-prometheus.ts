import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { installWithApt, isOnPath, succeeds } from './install-program.ts';

const image = 'prom/prometheus:v3.5.0';
const programs = ['prometheus', 'promtool'] as const;

/**
 * Sees to it that `prometheus` and `promtool` are on PATH of this process and its children: there already,
 * else by apt-get where that is allowed, else scripts that run them in Docker. Where none of them works it
 * says what to do and returns false.
 */
export function ensurePrometheus(): boolean {
  if (programs.every(isOnPath) || installWithApt({ name: 'prometheus', program: 'promtool' })) return true;
  if (succeeds('docker', ['info'])) {
    putDockerOnPath();
    return true;
  }
  console.error(
    'npm test: the tests of alert rules and dashboards need Prometheus. Put prometheus and promtool on PATH (for ' +
      'example `brew install prometheus`), or run as root on Debian or Ubuntu, or start Docker.',
  );
  return false;
}

/** The container sees the repository and the temporary folder under their own paths, and the host's network. */
function putDockerOnPath(): void {
  console.error(`npm test: running Prometheus in Docker (${image}), since none is on PATH`);
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-docker-prometheus-'));
  for (const program of programs) {
    const script = `#!/bin/sh
name=tollgate-${program}-$$
trap 'docker rm -f "$name" >/dev/null 2>&1' EXIT
trap 'exit 143' TERM INT
docker run --rm --name "$name" --network host --user "$(id -u):$(id -g)" --volume "${tmpdir()}:${tmpdir()}" \\
  --volume "${process.cwd()}:${process.cwd()}" --workdir "$PWD" --entrypoint /bin/${program} ${image} "$@" &
wait $!
`;
    writeFileSync(join(directory, program), script, { mode: 0o755 });
  }
  process.env['PATH'] = `${directory}${delimiter}${process.env['PATH'] ?? ''}`;
  process.once('exit', () => {
    rmSync(directory, { recursive: true, force: true });
  });
}
