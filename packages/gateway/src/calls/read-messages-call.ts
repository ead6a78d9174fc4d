import type { Call, JsonBody } from '@tollgate/core';
import { missing, readCap, readFlag, readModel, readOptionalText } from './call-fields.ts';
import { assertTurns } from './read-chat-call.ts';

/** What admission and routing need of a message in Anthropic's protocol. */
export function readMessagesCall(body: JsonBody): Call {
  const { outline: value } = body;
  const model = readModel(value['model']);
  assertTurns(value['messages']);
  const outputCapTokens = readCap(value, 'max_tokens');
  if (outputCapTokens === undefined) throw missing('max_tokens', 'say how many tokens the answer may have');
  return {
    endpoint: 'messages',
    protocol: 'anthropic_messages',
    model,
    stream: readFlag(value['stream'], 'stream'),
    wantsStreamUsage: true,
    choices: 1,
    outputCapTokens,
    serviceTier: readOptionalText(value['service_tier'], 'service_tier'),
    body,
  };
}
