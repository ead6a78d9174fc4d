import { createHash } from 'node:crypto';
import type { JsonObject } from '@tollgate/core';
import { isBlank, readOptionalString } from '../base/read-fields.ts';
import type { MessagesRequest } from './wire.ts';

export interface AccountFields {
  readonly fields: Pick<MessagesRequest, 'metadata' | 'service_tier'>;
  readonly dropped: readonly string[];
}

const longestUserId = 256;

/** Who the request is for, and the capacity it is served from. Throws GatewayError `invalid_field`. */
export function translateAccount(body: JsonObject): AccountFields {
  const identifier = readOptionalString(body['safety_identifier'], 'safety_identifier');
  const userId = identifier ?? readOptionalString(body['user'], 'user') ?? '';
  const tier = translateTier(readOptionalString(body['service_tier'], 'service_tier'));
  return {
    fields: {
      ...(isBlank(userId) ? {} : { metadata: { user_id: shortened(userId) } }),
      ...(tier.sent === undefined ? {} : { service_tier: tier.sent }),
    },
    dropped: tier.isLost ? ['service_tier'] : [],
  };
}

const shortened = (userId: string): string =>
  userId.length <= longestUserId ? userId : createHash('sha256').update(userId).digest('hex');

/** Anthropic has no flex; priority is bought for an account, and `auto` uses it. */
function translateTier(tier: string | undefined): {
  readonly sent: MessagesRequest['service_tier'];
  readonly isLost: boolean;
} {
  if (tier === 'auto') return { sent: 'auto', isLost: false };
  if (tier === 'default') return { sent: 'standard_only', isLost: false };
  return { sent: undefined, isLost: tier !== undefined };
}
