import type { AppliedNumbers, LedgerRecovery, LedgerState, NodeRegistry, Shard, WindowUse } from '@tollgate/core';
import { appliedScript, beatScript, chargeWindowScript, rejoinScript } from '../scripts/ledger-scripts.ts';
import { assertPrintable, assertQuantity } from '../scripts/scopes.ts';
import { callScript } from '../scripts/script.ts';
import { shardKeys } from './key-names.ts';
import type { RedisLink } from './link.ts';

interface LedgerOptions {
  readonly link: RedisLink;
  readonly keyPrefix: string;
}

/** What nodes give back to Redis after it lost something. */
export const openRedisLedger = ({ link, keyPrefix }: LedgerOptions): LedgerRecovery => ({
  applied: (shard: Shard, producerId: string): Promise<AppliedNumbers> =>
    link.run(
      appliedScript,
      callScript(appliedScript, { keys: { producer: shardKeys(keyPrefix, shard).producer(producerId) }, args: {} }),
    ),
  rejoin: (shard, { leaseMs, busy }): Promise<LedgerState> =>
    link.run(
      rejoinScript,
      callScript(rejoinScript, {
        keys: { meta: shardKeys(keyPrefix, shard).meta },
        args: { lease: assertQuantity(leaseMs), busy: busy ? 1 : 0 },
      }),
    ),
  chargeWindow: async (shard, use: WindowUse): Promise<void> => {
    const { base, index } = shardKeys(keyPrefix, shard);
    await link.run(
      chargeWindowScript,
      callScript(chargeWindowScript, {
        keys: { index },
        args: {
          base,
          kind: use.kind,
          scope: assertPrintable(use.scopeId),
          requests: assertQuantity(use.requests),
          tokens: assertQuantity(use.tokens),
          limit: use.tokensPerMinute ?? '',
        },
      }),
    );
  },
});

/** All nodes of one key prefix are counted in this shard. */
const registryShard: Shard = '00';

export function openRedisRegistry({ link, keyPrefix }: LedgerOptions): NodeRegistry {
  const { nodes } = shardKeys(keyPrefix, registryShard);
  const beat = (node: string, lives: number): Promise<number> =>
    link.run(beatScript, callScript(beatScript, { keys: { nodes }, args: { node, lives: assertQuantity(lives) } }));
  return {
    beat,
    leave: async (nodeId) => {
      await beat(nodeId, 0);
    },
  };
}
