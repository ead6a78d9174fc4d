/**
 * The process that is measured: reads a JSON request, makes one upstream call, reads its JSON, answers.
 * Arguments: client, server (`http` or `express`), upstream's origin. A message asks for the CPU time so far.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import express from 'express';
import { clients } from './clients.ts';

const [clientName = '', serverName = '', origin = ''] = process.argv.slice(2);
const createClient = clients[clientName];
if (createClient === undefined) throw new Error(`no such client: ${clientName}`);
const post = createClient(origin);

async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call: unknown = JSON.parse(await text(request));
  const answer: unknown = JSON.parse(await post(JSON.stringify(call)));
  const body = JSON.stringify(answer);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}

const expressApp = express().disable('x-powered-by').post('/v1/chat/completions', relay);
const server = createServer(
  serverName === 'express' ? expressApp : (request, response) => void relay(request, response),
);
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.on('message', () => process.send?.(process.cpuUsage()));
