import type { Secret } from './secret.ts';

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is. A tenant's keys have one hash tag, so that a cluster serves as well as a single server. */
export type RedisAddress =
  | { readonly kind: 'single'; readonly url: Secret }
  | {
      readonly kind: 'sentinel';
      readonly masterName: string;
      readonly nodes: readonly RedisNode[];
      readonly sentinelUsername: string | undefined;
      readonly sentinelPassword: Secret | undefined;
    }
  | { readonly kind: 'cluster'; readonly nodes: readonly RedisNode[] };

export interface RedisTls {
  /** PEM texts. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: Secret | undefined;
  readonly serverName: string | undefined;
}
