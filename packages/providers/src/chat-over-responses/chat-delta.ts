import type { JsonObject, JsonValue } from '@tollgate/core';

/** What one event adds to the chat message. */
export interface ChatDelta {
  readonly delta: JsonObject;
  readonly logprobs?: JsonValue;
}
