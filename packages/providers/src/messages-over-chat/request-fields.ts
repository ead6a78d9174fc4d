import type { JsonObject, JsonValue } from '@tollgate/core';
import { isPresent, unsupportedField } from '../base/read-fields.ts';
import type { DroppedFields } from './dropped-fields.ts';

/** What becomes of each top-level member of a Messages request that is said over chat completions. */
export const requestFields: Readonly<Record<string, 'kept' | 'refused' | 'dropped'>> = {
  model: 'kept',
  messages: 'kept',
  system: 'kept',
  max_tokens: 'kept',
  stream: 'kept',
  stop_sequences: 'kept',
  temperature: 'kept',
  top_p: 'kept',
  top_k: 'kept',
  tools: 'kept',
  tool_choice: 'kept',
  thinking: 'kept',
  output_config: 'kept',
  output_format: 'kept',
  metadata: 'kept',
  service_tier: 'kept',
  cache_control: 'kept',
  container: 'refused',
  mcp_servers: 'refused',
  context_management: 'refused',
  compaction: 'refused',
  thread: 'refused',
  fallbacks: 'refused',
  fallback_credit_token: 'refused',
  billing_policy: 'refused',
  inference_geo: 'refused',
  speed: 'refused',
  diagnostics: 'dropped',
};

/** Values that ask for nothing, so that nothing is lost without them. */
const isNeutral = (name: string, value: JsonValue | undefined): boolean =>
  !isPresent(value) || (name === 'speed' && value === 'standard');

/** Names what is left out. Throws GatewayError `unsupported_field` for what would change the answer, its price or who gives it. */
export function checkFields(body: JsonObject, dropped: DroppedFields): void {
  for (const [name, value] of Object.entries(body)) {
    const fate = requestFields[name] ?? 'dropped';
    if (fate === 'kept' || isNeutral(name, value)) continue;
    if (fate === 'refused') throw unsupportedField(name, 'has no counterpart at the provider of this model.');
    dropped.add(name);
  }
}
