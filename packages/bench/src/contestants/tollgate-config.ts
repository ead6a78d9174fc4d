import { benchModel } from '../measures/call-bodies.ts';

const head = (mockPort: number): string => `
version: 1
server: { failed_authentications: { per_minute: 1000000000 } }
redis: { url: "\${REDIS_URL:-}", timeout_ms: 1000 }
providers:
  mock: { type: openai-compatible, base_url: "http://127.0.0.1:${mockPort}/v1", api_key: sk-bench }
models:
  ${benchModel}: { targets: [{ provider: mock, model: ${benchModel} }] }
  bench-fallback: { targets: [{ provider: mock, model: missing }, { provider: mock, model: ${benchModel} }] }
`;

/** Every limit is there and far away: what is measured is what it costs to keep them. */
export const everythingOn = (mockPort: number): string => `${head(mockPort)}
tiers:
  wide:
    requests_per_minute: 100000000
    tokens_per_minute: 1000000000000
    concurrency: 1000000
    models: ["*"]
    budgets: [{ usd: 1000000, per: month }]
  narrow:
    requests_per_minute: 1
    tokens_per_minute: 1000000000000
    concurrency: 1000000
    models: ["*"]
    budgets: [{ usd: 1000000, per: month }]
default_tier: wide
pricing:
  mock:
    ${benchModel}: { input: 0.15, output: 0.6, context_window: 1000000, max_output: 16384 }
    missing: { input: 0.15, output: 0.6, context_window: 1000000, max_output: 16384 }
`;

export const nothingOn = (mockPort: number): string => `${head(mockPort)}
tiers: { open: { models: ["*"] } }
default_tier: open
`;
