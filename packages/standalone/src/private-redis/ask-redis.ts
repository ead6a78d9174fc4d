import { createConnection } from 'node:net';

/**
 * What the server at the socket answers to one command, as it stands on the wire; empty after SHUTDOWN.
 * Undefined where nobody listens. Enough to look after a server; everything else goes through the store.
 */
export function askRedis(socketPath: string, command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = createConnection(socketPath, () => socket.write(`${command}\r\nQUIT\r\n`));
    let connected = false;
    socket.once('connect', () => (connected = true));
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (answer += text));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(connected ? answer : undefined));
  });
}
