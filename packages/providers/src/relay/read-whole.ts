import { isJsonArray, isJsonObject, noUsage, tryParseJson, type Protocol } from '@tollgate/core';
import type { WholeAnswer } from '../base/adapter.ts';
import { malformedAnswer } from '../base/answer-errors.ts';
import { parseErrorInside } from '../openai-compatible/parse-error.ts';
import type { RelayDialect } from './relay-adapter.ts';
import { RelayFacts } from './relay-facts.ts';

/** A transcript may be plain text or subtitles. */
const textProtocols: ReadonlySet<Protocol> = new Set<Protocol>(['audio_transcriptions', 'audio_translations']);

/** A whole answer, its bytes as they came. Throws AttemptError for a 2xx that is none. */
export function readWholeRelayed(
  body: Buffer,
  { protocol, dialect }: { readonly protocol: Protocol; readonly dialect: RelayDialect },
): WholeAnswer {
  const facts = new RelayFacts(dialect);
  facts.contentSeen = true;
  const answer = tryParseJson(body.toString('utf8'));
  if (!isJsonObject(answer)) {
    if (!textProtocols.has(protocol)) throw malformedAnswer('the answer is no JSON object');
    facts.contentBytes = body.length;
    return { body, facts };
  }
  const error = parseErrorInside(answer, false);
  if (error !== undefined) throw error;
  facts.readFrame(answer);
  // Moderation is free of charge, and says no usage.
  if (protocol === 'moderations') facts.usage ??= noUsage;
  if (protocol === 'images_generations') facts.usage ??= { ...noUsage, images: lengthOf(answer['data']) };
  return { body, facts };
}

const lengthOf = (list: unknown): number => (isJsonArray(list) ? list.length : 0);
