import type { ProviderSimulator, SimulatedPrices } from '@tollgate/provider-simulator';

/** USD per million tokens of all that is asked here; the simulator charges by it, and config.yaml says the same. */
const mini = { input: 0.15, output: 0.6, cache_read: 0.075 };
const sonnet = { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75, cache_write_1h: 6 };
export const prices: SimulatedPrices = {
  openai: { 'gpt-4o-mini': mini },
  openrouter: { 'openai/gpt-4o-mini': mini },
  anthropic: { 'claude-sonnet-4-5': sonnet },
};

/** Nano-USD that a call can cost at most at its dearest target, an attempt: input by its bytes and what providers add, output by its cap. */
export const dearestNanoUsd = (body: string, outputCapTokens: number): bigint =>
  BigInt(Buffer.byteLength(body) + 1_024) * 6_000n + BigInt(outputCapTokens) * 15_000n;

export const attemptsAtMost = 6;

/** One config.yaml for nodes and aggregators, but for the Redis that each has through a proxy of its own (REDIS_URL). */
export const productConfig = ({ baseUrls }: ProviderSimulator): string => `version: 1
redis: { url: "\${REDIS_URL:-}", timeout_ms: 1000 }
providers:
  openrouter: { type: openrouter, base_url: "${baseUrls.openrouter}", api_key: sk-or-simulated-key, on_disconnect: drain }
  openai: { type: openai, base_url: "${baseUrls.openai}", api_key: sk-simulated-key }
  anthropic: { type: anthropic, base_url: "${baseUrls.anthropic}", api_key: sk-ant-simulated-key }
models:
  sim-openrouter: { targets: [ { provider: openrouter, model: openai/gpt-4o-mini } ] }
  sim-openai: { targets: [ { provider: openai, model: gpt-4o-mini } ] }
  sim-anthropic: { targets: [ { provider: anthropic, model: claude-sonnet-4-5 } ] }
  sim-fallback: { targets: [ { provider: openrouter, model: openai/gpt-4o-mini }, { provider: openai, model: gpt-4o-mini }, { provider: anthropic, model: claude-sonnet-4-5 } ] }
routing:
  retry: { attempts: 2, base_ms: 1, max_ms: 20, budget_percent: 100, after_timeout: true }
  timeouts: { connect_ms: 5000, first_content_ms: 60000, unstreamed_ms: 60000, idle_ms: 3000, total_ms: 60000 }
  breaker: { failures: 100, window_ms: 30000, open_ms: 15000 }
tiers:
  pro: { requests_per_minute: 1000000, tokens_per_minute: 1000000000, concurrency: 10000, models: ["*"] }
tags: { allowed: [call], max_values: 20 }
server: { failed_authentications: { per_minute: 1000 } }
`;
