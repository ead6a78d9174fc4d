import type { JsonObject, Usage } from '@tollgate/core';
import type { Answer, Finish, Reply } from '../../answer/answer.ts';
import { splitByTokens } from '../../answer/count-tokens.ts';
import { resolvedModel } from '../../call/models.ts';
import { frame, type Frame, type FrameKind } from '../../call/script.ts';
import { blocksOfAnswer, type Block, type Display } from './message-blocks.ts';

export const pingEvent = 'event: ping\ndata: {"type":"ping"}\n\n';

const stopReasons: Readonly<Record<Finish, string>> = {
  stop: 'end_turn',
  stop_sequence: 'stop_sequence',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  refusal: 'refusal',
};

/** Where servers of Anthropic's format differ from Anthropic. */
export interface MessagesFlavour {
  model(reply: Reply): string;
  /** Members of each message beside id, type, role and model. */
  readonly head: JsonObject;
  /** What the beginning of a stream says of usage, in place of Anthropic's. */
  readonly begunUsage: JsonObject | undefined;
  endedUsage(reply: Reply): JsonObject;
  readonly pings: boolean;
  readonly after: readonly Frame[];
}

export const anthropicFlavour: MessagesFlavour = {
  model: (reply) => resolvedModel(reply.model),
  head: {},
  begunUsage: undefined,
  endedUsage: (reply) => endUsage(reply.usage),
  pings: true,
  after: [],
};

/** How an answer is written: as the server does, and as the request asks. */
export interface MessagesStyle {
  readonly flavour: MessagesFlavour;
  readonly display: Display;
}

/** The body of a whole answer. */
export const messageBody = (reply: Reply, { flavour, display }: MessagesStyle): string =>
  JSON.stringify({
    ...messageHead(reply, flavour),
    content: reply.answers.flatMap((answer) => blocksOfAnswer(answer, reply.id, display).map(({ whole }) => whole)),
    ...endOf(reply.answers[0]),
    usage: { ...startUsage(reply.usage), ...flavour.endedUsage(reply) },
  });

/** The events of a stream: named, and with Anthropic one ping after the first block was opened. */
export function* messageFrames(reply: Reply, { flavour, display }: MessagesStyle): Generator<Frame> {
  const start = {
    ...messageHead(reply, flavour),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
  };
  const usage = flavour.begunUsage ?? { ...startUsage(reply.usage), output_tokens: 1 };
  yield event('lifecycle', { type: 'message_start', message: { ...start, usage } });
  const blocks = reply.answers.flatMap((answer) => blocksOfAnswer(answer, reply.id, display));
  if (blocks.length === 0 && flavour.pings) yield frame('keep_alive', pingEvent);
  for (const [index, block] of blocks.entries()) {
    const opening = block.kind === 'tool_use' ? 'content' : 'lifecycle';
    yield event(opening, { type: 'content_block_start', index, content_block: block.opened });
    if (index === 0 && flavour.pings) yield frame('keep_alive', pingEvent);
    yield* blockFrames(block, index, reply.tokensPerEvent);
    const stop = event('lifecycle', { type: 'content_block_stop', index });
    yield { ...stop, answerBytes: block.hiddenBytes };
  }
  const delta = { type: 'message_delta', delta: endOf(reply.answers[0]), usage: flavour.endedUsage(reply) };
  yield event('closing', delta);
  yield event('closing', { type: 'message_stop' });
  yield* flavour.after;
}

function* blockFrames(block: Block, index: number, tokensPerEvent: number): Generator<Frame> {
  const write = (piece: string): Frame =>
    frame(
      'content',
      `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":"${block.deltaType}","${block.deltaMember}":${JSON.stringify(piece)}}}\n\n`,
      Buffer.byteLength(piece),
    );
  if (block.kind === 'tool_use') yield write('');
  for (const piece of splitByTokens(block.text, tokensPerEvent)) yield write(piece);
  for (const delta of block.lastDeltas) yield event('lifecycle', { type: 'content_block_delta', index, delta });
}

const messageHead = (reply: Reply, flavour: MessagesFlavour): JsonObject => ({
  id: `msg_${reply.id}`,
  type: 'message',
  role: 'assistant',
  model: flavour.model(reply),
  ...flavour.head,
});

const endOf = (answer: Answer | undefined): JsonObject => ({
  stop_reason: answer === undefined ? 'end_turn' : (answer.finishWord ?? stopReasons[answer.finish]),
  stop_sequence: answer?.stopSequence ?? null,
  stop_details: answer?.refusal === undefined ? null : { type: 'refusal', category: null, explanation: answer.refusal },
});

/** Input as Anthropic counts it: `input_tokens` leaves out what the cache was read or written for. */
export const startUsage = (usage: Usage): JsonObject => ({
  ...inputUsage(usage),
  cache_creation: {
    ephemeral_5m_input_tokens: usage.cacheWrite5m,
    ephemeral_1h_input_tokens: usage.cacheWrite1h,
  },
  service_tier: 'standard',
  inference_geo: 'global',
});

const inputUsage = (usage: Usage): JsonObject => ({
  input_tokens: usage.inputUncached,
  cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
  cache_read_input_tokens: usage.cacheRead,
});

export const endUsage = (usage: Usage): JsonObject => ({
  ...inputUsage(usage),
  output_tokens: usage.output,
  ...(usage.reasoning > 0 ? { output_tokens_details: { thinking_tokens: usage.reasoning } } : {}),
});

const event = (kind: FrameKind, data: JsonObject & { readonly type: string }): Frame =>
  frame(kind, `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);
