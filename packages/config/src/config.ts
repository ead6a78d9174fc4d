import type {
  BreakerPolicy,
  Credential,
  NanoUsd,
  PriceTable,
  RedisAddress,
  RedisTls,
  RetryPolicy,
  Route,
  Secret,
  Tier,
  UpstreamTimeouts,
  Webhook,
} from '@tollgate/core';
import type { Problem } from './problem.ts';

/** config.yaml with the environment's values: whole, checked and frozen. */
export interface Config {
  readonly server: ServerConfig;
  readonly redis: RedisConfig;
  /** All that config names, usable or not: prices go by a provider's type whether or not it is called. */
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  readonly routes: RouteTable;
  readonly routing: RoutingConfig;
  readonly tiers: ReadonlyMap<string, Tier>;
  /** For tenants and keys made without one. Undefined where config has no tiers. */
  readonly defaultTier: string | undefined;
  /** Over the prices that ship with core. */
  readonly pricing: PriceTable;
  readonly budgets: BudgetsConfig;
  readonly tags: TagsConfig;
  readonly alerts: AlertsConfig;
  readonly archive: ArchiveConfig;
  readonly logging: LoggingConfig;
  readonly tracing: TracingConfig;
  /** What an operator should know, to be logged at the start: providers left out, models without a target or price. */
  readonly notes: readonly Problem[];
}

export interface ServerConfig {
  readonly maxBodyBytes: number;
  /** Of all request and answer bodies together. */
  readonly maxBodiesInFlightBytes: number;
  /** For a request's body to arrive. */
  readonly bodyTimeoutMs: number;
  /** From SIGTERM on, for load balancers to see that the node is not ready while it still takes requests. */
  readonly drainDelayMs: number;
  /** For calls in flight to finish once no new ones are taken. */
  readonly drainMs: number;
  /** Between two comments to a waiting client; undefined is none. */
  readonly keepAliveCommentMs: number | undefined;
  /** Addresses or CIDR blocks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Of one address; then it is refused before anything is looked up. */
  readonly failedAuthenticationsPerMinute: number;
}

export type RedisConnection =
  /** Nothing is set: only `npm start` can go on, with a server of its own or the in-memory store. */
  { readonly kind: 'none' } | RedisAddress;

export interface RedisConfig {
  readonly connection: RedisConnection;
  /** For `sentinel` and `cluster`; a `single` URL carries its own. */
  readonly username: string | undefined;
  readonly password: Secret | undefined;
  readonly tls: RedisTls | undefined;
  readonly keyPrefix: string;
  readonly timeoutMs: number;
  readonly onUnavailable: 'local_share' | 'fail_closed' | 'fail_open';
  /** `replica`: an admission waits until a replica has it too. */
  readonly durability: 'primary' | 'replica';
}

export type ProviderType = 'openrouter' | 'openai' | 'anthropic' | 'gemini' | 'azure' | 'openai-compatible';

export interface ProviderConfig {
  readonly name: string;
  readonly type: ProviderType;
  /** Undefined: the type's own address. */
  readonly baseUrl: string | undefined;
  /** Azure's API of that dated version in place of its v1 API. */
  readonly apiVersion: string | undefined;
  /** In order. Those without a key are left out; an openai-compatible server that needs none has one with an empty secret. */
  readonly credentials: readonly Credential[];
  /** Whether it has a credential. No route leads to one that has not. */
  readonly usable: boolean;
  /** Which cost is charged, where the provider reports one. */
  readonly charge: 'reported' | 'computed';
  readonly onDisconnect: 'abort' | 'drain';
}

/** Compiled from `models`; `resolveRoute` reads it. */
export interface RouteTable {
  readonly exact: ReadonlyMap<string, Route>;
  /** Longest pattern first. */
  readonly wildcards: readonly WildcardRoute[];
}

export interface WildcardRoute {
  readonly pattern: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly targets: readonly WildcardTarget[];
}

export interface WildcardTarget {
  readonly provider: string;
  readonly weight: number | undefined;
  /** The provider's model name in two parts, between which goes what the star matched; one part is the whole name. */
  readonly modelParts: readonly [string] | readonly [string, string];
}

export interface RoutingConfig {
  readonly retry: RetryPolicy;
  readonly timeouts: UpstreamTimeouts;
  readonly breaker: BreakerPolicy;
}

export interface BudgetsConfig {
  /** IANA name; days, weeks and months begin by it. */
  readonly timeZone: string;
  /** Shares of a budget at which an alert goes out; ascending. */
  readonly alertAt: readonly number[];
}

export interface TagsConfig {
  readonly allowed: readonly string[];
  /** Distinct values of one tag that reports keep apart. */
  readonly maxValues: number;
}

export interface AlertsConfig {
  /** An hour that costs a tenant `factor` times what one usually does, and at least `minNanoUsd`. */
  readonly spendSpike: { readonly factor: number; readonly minNanoUsd: NanoUsd };
  readonly webhooks: readonly Webhook[];
}

export interface ArchiveConfig {
  /** Undefined: no archive is written. */
  readonly directory: string | undefined;
  /** Events of a shard that Redis keeps for an archive that cannot be written; then the oldest go. */
  readonly maxWaitingEvents: number;
}

export interface LoggingConfig {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  /** Whether prompts and answers are logged. */
  readonly content: 'off' | 'on';
}

export interface TracingConfig {
  /** The collector's base address; undefined is off. */
  readonly otlpEndpoint: string | undefined;
  /** Sent with every batch. Values are credentials, as a rule. */
  readonly otlpHeaders: Readonly<Record<string, Secret>>;
  /** Of requests whose callers do not trace, 0 to 1. */
  readonly sampleRatio: number;
}
