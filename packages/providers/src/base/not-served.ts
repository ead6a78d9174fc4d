import { GatewayError } from '@tollgate/core';
import type { Adapter } from './adapter.ts';

function refuse(): never {
  throw new GatewayError('endpoint_not_served', { message: 'The provider has nothing like this endpoint.' });
}

/** For calls that no adapter of the provider can say. Routing leaves such targets out; this is for what comes all the same. */
export const notServed: Adapter = {
  buildRequest: refuse,
  createStreamReader: refuse,
  readWhole: refuse,
  readError: refuse,
  requestIdHeader: '',
};
