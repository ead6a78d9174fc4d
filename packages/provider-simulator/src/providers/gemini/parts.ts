import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { openSealed, sealText } from '../../answer/signed-text.ts';
import { objectsOf, textOf } from '../read-members.ts';

export const partsOf = (content: JsonValue | undefined): readonly JsonObject[] =>
  isJsonObject(content) ? objectsOf(content['parts']) : [];

export const callOf = ({ functionCall }: JsonObject): JsonObject | undefined =>
  isJsonObject(functionCall) ? functionCall : undefined;

export const responseOf = ({ functionResponse }: JsonObject): JsonObject | undefined =>
  isJsonObject(functionResponse) ? functionResponse : undefined;

export const isAttachment = (part: JsonObject): boolean =>
  isJsonObject(part['inlineData']) || isJsonObject(part['fileData']);

/** The visible text of parts. */
export const textOfParts = (parts: readonly JsonObject[]): string =>
  parts
    .filter((part) => part['thought'] !== true)
    .map((part) => textOf(part['text']))
    .filter((text) => text !== '')
    .join('\n');

/** What a model thought before a part, for the client to carry. */
export const thoughtSignature = (thoughts: string): string => sealText(`thought:${thoughts}`);

/** A signature of ours, or what Google tells to send for a call that another model made. */
export const isSignature = (value: JsonValue | undefined): boolean =>
  value === 'skip_thought_signature_validator' ||
  (typeof value === 'string' && openSealed(value)?.startsWith('thought:') === true);
