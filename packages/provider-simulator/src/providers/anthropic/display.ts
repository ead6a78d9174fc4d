import { isJsonObject, type JsonObject } from '@tollgate/core';
import { textOf } from '../read-members.ts';
import { citationsOf } from './citations.ts';
import type { Display } from './message-blocks.ts';
import { alwaysThinks } from './model-traits.ts';

/** What a request says of how its answer is shown; models that always think show it only where they are asked to. */
export function displayOf(body: JsonObject): Display {
  const shown = isJsonObject(body['thinking']) ? body['thinking']['display'] : undefined;
  const usual = alwaysThinks(textOf(body['model'])) ? 'omitted' : 'summarized';
  return { omitThinking: (shown ?? usual) === 'omitted', citations: citationsOf(body) };
}
