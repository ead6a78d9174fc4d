/** `node check-health.mjs [address]`: exit code 0 if it answers 200. A gateway node's own /healthz by default. */
import { get } from 'node:http';

const timeoutMs = 2_000;
const port = process.env['TOLLGATE_OPERATOR_PORT'] ?? '8081';
const [address = `http://127.0.0.1:${port}/healthz`] = process.argv.slice(2);

process.exitCode = 1;
const request = get(address, { timeout: timeoutMs, agent: false }, (response) => {
  process.exitCode = response.statusCode === 200 ? 0 : 1;
  response.resume();
});
request.on('timeout', () => request.destroy());
request.on('error', (error) => console.error(error.message));
