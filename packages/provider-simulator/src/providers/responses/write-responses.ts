import { inputTokens, isJsonObject, type JsonObject } from '@tollgate/core';
import type { Reply } from '../../answer/answer.ts';
import { splitByTokens } from '../../answer/count-tokens.ts';
import type { Ask } from '../../call/ask.ts';
import { frame, type Frame, type FrameKind } from '../../call/script.ts';
import { textOf } from '../read-members.ts';
import { itemEvents } from './item-events.ts';
import { outputItems, type ItemStyle } from './write-items.ts';

/** How a provider's responses are told from another's. */
export interface ResponsesFlavour {
  readonly style: ItemStyle;
  /** Members of a response that has not ended yet: its id, what was asked for, `status` and `output` not among them. */
  readonly envelope: JsonObject;
  /** Members beside the counts. */
  readonly usage: JsonObject;
  /** The bytes of an event with that data. */
  event(data: JsonObject & { readonly type: string }): string;
  /** Whether deltas carry OpenAI's padding. */
  readonly obfuscates: boolean;
  /** Before the first event, and after the last. */
  readonly before: readonly Frame[];
  readonly after: readonly Frame[];
}

/** The response once it has ended. */
export function endedResponse(reply: Reply, ask: Ask, flavour: ResponsesFlavour): JsonObject {
  const [answer] = reply.answers;
  const incomplete = incompleteReason(answer?.finish, answer?.finishWord);
  return {
    ...flavour.envelope,
    status: incomplete === undefined ? 'completed' : 'incomplete',
    completed_at: incomplete === undefined ? reply.createdSeconds : null,
    incomplete_details: incomplete === undefined ? null : { reason: incomplete },
    output: outputItems(reply, ask, flavour.style).map(({ whole }) => whole),
    service_tier: reply.serviceTier ?? 'default',
    usage: { ...responsesUsage(reply), ...flavour.usage },
  };
}

function incompleteReason(finish: string | undefined, word: string | undefined): string | undefined {
  if (word === 'content_filter') return word;
  return finish === 'length' ? 'max_output_tokens' : undefined;
}

const responsesUsage = ({ usage }: Reply): JsonObject => ({
  input_tokens: inputTokens(usage),
  input_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h },
  output_tokens: usage.output,
  output_tokens_details: { reasoning_tokens: usage.reasoning },
  total_tokens: inputTokens(usage) + usage.output,
});

/** Events with their numbers. A fault asks for the number that its own event takes. */
export interface ResponsesStream {
  readonly frames: Iterable<Frame>;
  errorFrames(error: { readonly event: JsonObject; readonly failed: JsonObject }): readonly Frame[];
}

export function responsesStream(
  reply: Reply,
  ask: Ask,
  { flavour, whenEnded }: { readonly flavour: ResponsesFlavour; readonly whenEnded: (response: JsonObject) => void },
): ResponsesStream {
  let lastNumber = -1;
  const number = (): number => {
    lastNumber += 1;
    return lastNumber;
  };
  const event = (kind: FrameKind, type: string, members: JsonObject): Frame =>
    frame(kind, flavour.event({ type, sequence_number: number(), ...members }));
  return {
    frames: writeEvents(),
    // The event that the error takes the place of was numbered already.
    errorFrames: (error) => {
      const place = Math.max(lastNumber, 0);
      lastNumber = place - 1;
      return [
        event('closing', 'error', error.event),
        event('closing', 'response.failed', { response: error.failed }),
        ...flavour.after,
      ];
    },
  };
  function* writeEvents(): Generator<Frame> {
    yield* flavour.before;
    const begun = { ...flavour.envelope, status: 'in_progress', output: [] };
    yield event('lifecycle', 'response.created', { response: begun });
    yield event('lifecycle', 'response.in_progress', { response: begun });
    for (const [index, item] of outputItems(reply, ask, flavour.style).entries()) {
      yield* itemEvents(item, {
        event,
        outputIndex: index,
        split: (text) => splitByTokens(text, reply.tokensPerEvent),
        padded: flavour.obfuscates && ask.includeObfuscation,
        logprobs: ask.logprobs,
      });
    }
    const ended = endedResponse(reply, ask, flavour);
    whenEnded(ended);
    yield event('closing', `response.${textOf(ended['status'])}`, { response: ended });
    yield* flavour.after;
  }
}

/** A response that failed, from the error's own body. */
export function failedResponse(flavour: ResponsesFlavour, error: unknown): JsonObject {
  const { code = null, message = '' } = isJsonObject(error) ? error : {};
  return { ...flavour.envelope, status: 'failed', output: [], error: { code: code ?? 'server_error', message } };
}
