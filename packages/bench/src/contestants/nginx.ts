import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCommand, unusedPort } from '../processes/child.ts';
import { onPath } from '../processes/on-path.ts';
import type { Contestant } from './contestant.ts';
import { firstAnswerMs } from './first-answer.ts';

/** One worker that passes bytes on and reads none of them: what a gateway costs that knows nothing. */
const configOf = ({ port, mockPort, directory }: { port: number; mockPort: number; directory: string }): string => `
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${directory}/nginx.pid;
error_log ${directory}/nginx-error.log;
events { worker_connections 19000; }
http {
  access_log off;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/f; uwsgi_temp_path ${directory}/u; scgi_temp_path ${directory}/s;
  client_max_body_size 32m; client_body_buffer_size 1m;
  keepalive_requests 1000000;
  upstream mock { server 127.0.0.1:${mockPort}; keepalive 1024; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port} backlog=16384;
    location / {
      proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header connection ""; proxy_buffering off;
    }
  }
}
`;

export const nginx: Contestant = {
  name: 'nginx',
  description: 'a plain proxy, one worker',
  missing: () => (onPath('nginx') === undefined ? 'nginx is not on PATH' : undefined),
  start: async ({ mockPort, directory }) => {
    const port = await unusedPort();
    const config = join(directory, 'nginx.conf');
    writeFileSync(config, configOf({ port, mockPort, directory }));
    const at = { port, path: '/v1/chat/completions', headers: {} };
    const child = startCommand({ command: 'nginx', args: ['-c', config], logPath: join(directory, 'nginx.log') });
    return { ...at, pid: child.pid, firstAnswerMs: await firstAnswerMs(at), stop: () => child.stop() };
  },
};
