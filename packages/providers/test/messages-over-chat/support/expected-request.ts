import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import type { Overrides } from './messages.ts';

/**
 * What Anthropic is to be sent of a request that went through chat: the request, its content as blocks, its calls
 * behind what else the assistant says and the results in their order ahead of what else the user says.
 */
export function expectedRequest(body: Overrides, providerModel: string): JsonObject {
  const { messages, system, stream, thinking, output_config: config, ...rest } = body as JsonObject;
  return {
    ...rest,
    model: providerModel,
    messages: isJsonArray(messages) ? expectedTurns(messages.filter(isJsonObject)) : [],
    ...(system === undefined ? {} : { system: blocksOf(system) }),
    ...(stream === true ? { stream } : {}),
    ...expectedThinking(thinking, config),
  };
}

function expectedTurns(turns: readonly JsonObject[]): readonly JsonValue[] {
  return turns.map(({ role, content }, index) => {
    const blocks = blocksOf(content);
    if (role === 'assistant')
      return { role, content: [...blocks.filter(isNo('tool_use')), ...blocks.filter(is('tool_use'))] };
    const called = blocksOf(turns[index - 1]?.['content'])
      .filter(is('tool_use'))
      .map(({ id }) => id);
    const told = called.flatMap((id) => blocks.filter(({ tool_use_id: answered }) => answered === id));
    return { role, content: [...told.map(expectedResult), ...blocks.filter(isNo('tool_result'))] };
  });
}

function expectedResult({ content, ...result }: JsonObject): JsonObject {
  const blocks = blocksOf(content);
  return blocks.length === 0 ? result : { ...result, content: blocks };
}

const is =
  (type: string) =>
  (block: JsonObject): boolean =>
    block['type'] === type;
const isNo =
  (type: string) =>
  (block: JsonObject): boolean =>
    block['type'] !== type;

const blocksOf = (content: JsonValue | undefined): readonly JsonObject[] =>
  typeof content === 'string'
    ? [{ type: 'text', text: content }]
    : isJsonArray(content)
      ? content.filter(isJsonObject)
      : [];

/** The model of the test thinks by effort only where it is asked to. */
function expectedThinking(thinking: JsonValue | undefined, config: JsonValue | undefined): JsonObject {
  const { effort, format } = isJsonObject(config) ? config : {};
  const isOff = isJsonObject(thinking) && thinking['type'] === 'disabled';
  const asked = isOff ? undefined : (effort ?? (thinking === undefined ? undefined : 'high'));
  const sent = { ...(asked === undefined ? {} : { effort: asked }), ...(format === undefined ? {} : { format }) };
  return {
    ...(asked === undefined ? {} : { thinking: { type: 'adaptive' } }),
    ...(Object.keys(sent).length === 0 ? {} : { output_config: sent }),
  };
}
