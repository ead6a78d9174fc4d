import { basename, join } from 'node:path';
import { z } from 'zod';
import { providerNames } from '../call/ask.ts';
import type { Exchange } from '../transcript/exchange.ts';
import { readTranscripts } from '../transcript/read-transcripts.ts';
import type { ReplayRequest } from '../transcript/replay-queue.ts';

const recordedAnswer = z.strictObject({
  status: z.number().int().min(200).max(599).default(200),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  body_base64: z.base64().optional(),
});

const replayOrder = z
  .strictObject({
    provider: z.enum(providerNames),
    model: z.string().optional(),
    /** A file's name within the folder of transcripts. */
    file: z.string().optional(),
    exchange: recordedAnswer.optional(),
    times: z.number().int().min(1).optional(),
    split: z.number().int().min(1).optional(),
    status: z.number().int().min(200).max(599).optional(),
  })
  .refine(({ file, exchange }) => (file === undefined) !== (exchange === undefined), {
    error: 'give either `file` or `exchange`',
  });

/** What `POST /_simulator/replay` asks for. Files are read from `folder` alone, by name. */
export function readReplayOrder(order: unknown, folder: string | undefined): ReplayRequest {
  const { provider, model, file, exchange, times, split, status } = replayOrder.parse(order);
  return {
    provider,
    model,
    times,
    bytesPerWrite: split,
    status,
    exchanges: exchange === undefined ? readFolderFile(file ?? '', folder) : [writtenExchange(exchange)],
  };
}

function readFolderFile(file: string, folder: string | undefined): readonly Exchange[] {
  if (folder === undefined) throw new RangeError('no folder of transcripts was set when the simulator was started');
  if (file !== basename(file)) throw new RangeError('`file` has to be a name within the folder of transcripts');
  return readTranscripts(join(folder, file));
}

const writtenExchange = ({ status, headers, body, body_base64 }: z.infer<typeof recordedAnswer>): Exchange => ({
  request: undefined,
  response: {
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: body_base64 === undefined ? Buffer.from(body ?? '') : Buffer.from(body_base64, 'base64'),
  },
});
