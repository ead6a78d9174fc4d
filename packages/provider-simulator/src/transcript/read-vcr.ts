import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Exchange } from './exchange.ts';

const headers = z.record(z.string(), z.union([z.array(z.coerce.string()), z.coerce.string()])).default({});
const bytes = z.union([z.string(), z.instanceof(Uint8Array)]);
/** go-vcr writes the text itself, VCR wraps it; some recorders keep the parsed JSON instead. */
const body = z.union([bytes, z.object({ string: bytes }).transform((wrapped) => wrapped.string)]).nullish();

const interaction = z.object({
  request: z.object({
    method: z.string(),
    url: z.string().optional(),
    uri: z.string().optional(),
    headers,
    body,
    parsed_body: z.unknown().optional(),
  }),
  response: z.object({
    status: z.union([z.string(), z.object({ code: z.number().int() })]),
    code: z.number().int().optional(),
    headers,
    body,
    parsed_body: z.unknown().optional(),
  }),
});

const cassette = z
  .union([
    z.object({ interactions: z.array(interaction) }),
    z.object({ http_interactions: z.array(interaction) }).transform((c) => ({ interactions: c.http_interactions })),
  ])
  .transform((c) => c.interactions);

/** A VCR (Ruby, Python) or go-vcr cassette. */
export const readVcrDocument = (document: unknown): readonly Exchange[] =>
  cassette.parse(document).map(readInteraction);

function readInteraction({ request, response }: z.infer<typeof interaction>): Exchange {
  const url = new URL(request.url ?? request.uri ?? '/', 'http://recorded.invalid');
  const { 'content-encoding': encoding, ...responseHeaders } = readHeaders(response.headers);
  return {
    request: {
      method: request.method.toUpperCase(),
      path: `${url.pathname}${url.search}`,
      headers: readHeaders(request.headers),
      body: bodyBytes(request).toString('utf8'),
    },
    response: {
      status:
        typeof response.status === 'string' ? (response.code ?? parseInt(response.status, 10)) : response.status.code,
      headers: responseHeaders,
      body: decode(bodyBytes(response), encoding),
    },
  };
}

const bodyBytes = (message: z.infer<typeof interaction>['request' | 'response']): Buffer =>
  message.parsed_body === undefined
    ? Buffer.from(message.body ?? '')
    : Buffer.from(JSON.stringify(message.parsed_body));

/** Recorders often decode the body and leave the header behind, so the bytes themselves have the last word. */
const decode = (recorded: Buffer, encoding: string | undefined): Buffer =>
  encoding === 'gzip' && recorded[0] === 0x1f && recorded[1] === 0x8b ? gunzipSync(recorded) : recorded;

const readHeaders = (recorded: z.infer<typeof headers>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(recorded).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
