import { GatewayError, type JsonObject } from '@tollgate/core';

/**
 * `models` lets OpenRouter answer with another model than the one that was admitted: one that the key
 * may not use and that the reservation does not cover. Falling back is the route's business.
 */
export function assertSendable(body: JsonObject): void {
  if (body['models'] === undefined || body['models'] === null) return;
  throw new GatewayError('unsupported_field', {
    message: '`models` cannot be used through the gateway: name one model, whose targets are the fallbacks.',
    param: 'models',
  });
}
