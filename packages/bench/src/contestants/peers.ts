import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCommand, unusedPort } from '../processes/child.ts';
import { onPath } from '../processes/on-path.ts';
import { benchModel } from '../measures/call-bodies.ts';
import type { Contestant } from './contestant.ts';
import { firstAnswerMs } from './first-answer.ts';

interface Peer {
  readonly name: string;
  readonly program: string;
  readonly args: (at: { readonly port: number; readonly mockPort: number; readonly directory: string }) => string[];
  readonly env?: (at: { readonly port: number; readonly mockPort: number }) => Record<string, string>;
}

/** Gateways in other languages, each as its documentation says for one OpenAI-compatible provider, with nothing turned on. */
const known: readonly Peer[] = [
  {
    name: 'litellm',
    program: 'litellm',
    args: ({ port, mockPort, directory }) => {
      const config = join(directory, 'litellm.yaml');
      writeFileSync(config, litellmConfig(mockPort));
      return ['--config', config, '--host', '127.0.0.1', '--port', String(port), '--num_workers', '1'];
    },
  },
  {
    name: 'bifrost',
    program: 'bifrost-http',
    args: ({ port, mockPort, directory }) => {
      writeFileSync(join(directory, 'config.json'), bifrostConfig(mockPort));
      return ['-host', '127.0.0.1', '-port', String(port), '-app-dir', directory];
    },
  },
  {
    name: 'gomodel',
    program: 'gomodel',
    args: () => [],
    env: ({ port, mockPort }) => ({
      PORT: String(port),
      OPENAI_API_KEY: 'sk-bench',
      OPENAI_BASE_URL: `http://127.0.0.1:${mockPort}/v1`,
    }),
  },
];

const litellmConfig = (mockPort: number): string => `
model_list:
  - model_name: ${benchModel}
    litellm_params: { model: openai/${benchModel}, api_base: "http://127.0.0.1:${mockPort}/v1", api_key: sk-bench }
`;

const bifrostConfig = (mockPort: number): string =>
  JSON.stringify({
    providers: {
      openai: {
        keys: [{ name: 'bench', value: 'sk-bench', models: [benchModel], weight: 1 }],
        network_config: { base_url: `http://127.0.0.1:${mockPort}` },
      },
    },
  });

export const peers: readonly Contestant[] = known.map(({ name, program, args, env }) => ({
  name,
  description: `${program} as it is on PATH, with nothing turned on`,
  missing: () => (onPath(program) === undefined ? `${program} is not on PATH` : undefined),
  start: async ({ mockPort, directory }) => {
    const at = { port: await unusedPort(), mockPort, directory };
    const child = startCommand({
      command: program,
      args: args(at),
      directory,
      logPath: join(directory, `${name}.log`),
      ...(env === undefined ? {} : { env: env(at) }),
    });
    const reach = { port: at.port, path: '/v1/chat/completions', headers: {} };
    return { ...reach, pid: child.pid, firstAnswerMs: await firstAnswerMs(reach), stop: () => child.stop() };
  },
}));
