import { isJsonArray, type Call, type JsonBody, type JsonObject } from '@tollgate/core';
import { keptItemIds } from './kept-items.ts';
import {
  invalid,
  isAbsent,
  missing,
  readCap,
  readFlag,
  readModel,
  readOptionalText,
  unsupported,
} from './call-fields.ts';

/** What admission and routing need of a call of the Responses API. */
export function readResponsesCall(body: JsonBody): Call {
  const { outline: value } = body;
  const model = readModel(value['model']);
  assertInput(value);
  assertChargeable(value);
  const previous = readOptionalText(value['previous_response_id'], 'previous_response_id');
  const items = keptItemIds(value['input']);
  return {
    endpoint: 'responses',
    protocol: 'openai_responses',
    model,
    stream: readFlag(value['stream'], 'stream'),
    wantsStreamUsage: true,
    choices: 1,
    outputCapTokens: readCap(value, 'max_output_tokens'),
    serviceTier: readOptionalText(value['service_tier'], 'service_tier'),
    body,
    ...(items.length === 0 ? {} : { keptItemIds: items }),
    ...(previous === undefined ? {} : { keptResponse: { id: previous, action: 'continue', query: '' } }),
  };
}

function assertInput({ input }: JsonObject): void {
  if (isAbsent(input)) throw missing('input', 'send text or items');
  const isText = typeof input === 'string';
  if (!isText && !(isJsonArray(input) && input.length > 0))
    throw invalid('input', 'has to be text or a non-empty array');
}

/** What goes on after the answer, or is kept where all tenants' things lie, cannot be charged or told apart. */
function assertChargeable(value: JsonObject): void {
  if (readFlag(value['background'], 'background')) {
    throw unsupported('background', 'cannot be used through the gateway: leave it out, and stream long answers');
  }
  for (const param of ['conversation', 'prompt']) {
    if (isAbsent(value[param])) continue;
    throw unsupported(
      param,
      'names something that is kept at the provider for all tenants: send its content in `input`',
    );
  }
}
