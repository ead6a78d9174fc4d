import { requireRedis, type Config } from '@tollgate/config';
import type { Clock } from '@tollgate/core';
import { connectRedisStore, type Store } from '@tollgate/store';

/** The store that config names, connected. Throws where it names none or cannot be reached. */
export const connectStore = async ({ redis, tags }: Config, { clock }: { readonly clock: Clock }): Promise<Store> =>
  connectRedisStore({ ...redis, connection: requireRedis(redis), maxTagValues: tags.maxValues, clock });
