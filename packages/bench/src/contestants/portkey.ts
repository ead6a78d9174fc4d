import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCommand, unusedPort } from '../processes/child.ts';
import type { Contestant } from './contestant.ts';
import { firstAnswerMs } from './first-answer.ts';
import { madeDirectory } from './made-directory.ts';

const version = '1.15.2';

/** Outside of the lockfile: nothing of ours depends on it. */
function installed(): string {
  const directory = join(madeDirectory, 'portkey');
  const gateway = join(directory, 'node_modules', '@portkey-ai', 'gateway');
  if (!existsSync(gateway)) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'package.json'), '{"private":true}');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', `@portkey-ai/gateway@${version}`], { cwd: directory });
  }
  return gateway;
}

export const portkey: Contestant = {
  name: 'portkey',
  description: `@portkey-ai/gateway ${version}, which has no keys, limits, costs or log in this form`,
  missing: () => {
    try {
      installed();
      return undefined;
    } catch {
      return 'npm could not install it';
    }
  },
  start: async ({ mockPort, directory }) => {
    const gateway = installed();
    const port = await unusedPort();
    const at = {
      port,
      path: '/v1/chat/completions',
      headers: {
        authorization: 'Bearer sk-bench',
        'x-portkey-provider': 'openai',
        'x-portkey-custom-host': `http://127.0.0.1:${mockPort}/v1`,
      },
    };
    const child = startCommand({
      command: process.execPath,
      args: [join(gateway, 'build', 'start-server.js'), '--headless', `--port=${port}`],
      directory: gateway,
      logPath: join(directory, 'portkey.log'),
      env: { NODE_ENV: 'production' },
    });
    return { ...at, pid: child.pid, firstAnswerMs: await firstAnswerMs(at), stop: () => child.stop() };
  },
};
