import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { isPresent, unsupportedField } from '../base/read-fields.ts';

/** Members that let another model answer, refer to what is kept at the provider, or have prices of their own. */
const refused: ReadonlyMap<string, string> = new Map([
  ['container', 'names a container that is kept at the provider: leave it out.'],
  ['mcp_servers', 'has the provider call other servers: call them yourself and send their tools.'],
  ['thread', 'names a conversation that is kept at the provider: send its messages.'],
  ['diagnostics', 'names an answer that is kept at the provider: leave it out.'],
  ['fallbacks', 'cannot be used through the gateway: name one model, whose targets are the fallbacks.'],
  ['fallback_credit_token', 'cannot be used through the gateway: leave it out.'],
  ['billing_policy', 'cannot be used through the gateway: leave it out.'],
  ['compaction', 'cannot be used through the gateway: shorten the conversation yourself.'],
  ['inference_geo', 'has a price of its own: leave it out.'],
  ['speed', 'has a price of its own: leave it out.'],
]);

/** Throws GatewayError `unsupported_field` for what may go to no server of this protocol. */
export function assertOwnMessage(body: JsonObject): void {
  for (const [name, advice] of refused) {
    const value = body[name];
    if (isPresent(value) && !(name === 'speed' && value === 'standard')) throw unsupportedField(name, advice);
  }
}

/** Tools that run at Anthropic for a fee that its answers do not name. */
const chargedTool = /^(?:web_search|code_execution|advisor|mcp_toolset)/;

/** Throws GatewayError `unsupported_field` for tools whose fee would go uncharged. */
export function assertNoChargedTools(body: JsonObject): void {
  const { tools } = body;
  if (!isJsonArray(tools)) return;
  const at = tools.findIndex(isCharged);
  if (at === -1) return;
  throw unsupportedField(
    `tools[${at}].type`,
    'runs at the provider for a fee that cannot be charged: use tools of your own.',
  );
}

const isCharged = (tool: JsonValue): boolean =>
  isJsonObject(tool) && typeof tool['type'] === 'string' && chargedTool.test(tool['type']);
