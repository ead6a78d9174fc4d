import { z } from 'zod';
import type { Exchange } from './exchange.ts';

const header = z.object({ name: z.string(), value: z.coerce.string() });

const rigDocument = z.object({
  when: z.object({
    path: z.string(),
    method: z.string(),
    header: z.array(header).default([]),
    body: z.string().nullish(),
  }),
  then: z.object({
    status: z.number().int(),
    header: z.array(header).default([]),
    body: z.string().default(''),
  }),
});

export const isRigDocument = (document: unknown): boolean =>
  typeof document === 'object' && document !== null && 'when' in document && 'then' in document;

/** One `when:`/`then:` document of a rig or httpmock cassette. */
export function readRigDocument(document: unknown): Exchange {
  const { when, then } = rigDocument.parse(document);
  return {
    request: { method: when.method, path: when.path, headers: readHeaders(when.header), body: when.body ?? '' },
    response: { status: then.status, headers: readHeaders(then.header), body: Buffer.from(then.body) },
  };
}

const readHeaders = (headers: readonly z.infer<typeof header>[]): Record<string, string> =>
  Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value]));
