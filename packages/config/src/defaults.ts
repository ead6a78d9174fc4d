/** What a setting is where config.yaml leaves it out, as it would be written there. docs/configuration.md lists them. */
export const defaults = {
  version: 1,
  server: {
    max_body_bytes: 33_554_432,
    max_bodies_in_flight_bytes: 1_073_741_824,
    body_timeout_seconds: 30,
    drain_delay_seconds: 0,
    drain_seconds: 30,
    keep_alive_comment_seconds: 15,
    trusted_proxies: [],
    failed_authentications: { per_minute: 20 },
  },
  redis: {
    key_prefix: 'tg',
    timeout_ms: 100,
    on_unavailable: 'local_share',
    durability: 'primary',
  },
  provider: { on_disconnect: 'abort' },
  routing: {
    retry: { attempts: 3, base_ms: 200, max_ms: 5000, budget_percent: 20, after_timeout: false },
    timeouts: {
      connect_ms: 2000,
      first_content_ms: 120_000,
      unstreamed_ms: 600_000,
      idle_ms: 120_000,
      total_ms: 900_000,
    },
    breaker: { failures: 5, window_ms: 30_000, open_ms: 15_000 },
  },
  tierBudget: { soft: false },
  budgets: { time_zone: 'UTC', alert_at: [0.5, 0.8, 1] },
  tags: { allowed: [], max_values: 1000 },
  alerts: { spend_spike: { factor: 4, min_usd: 10 }, webhooks: [] },
  archive: { max_waiting_events: 500_000 },
  tracing: { sample_ratio: 1 },
  logging: { level: 'info', content: 'off' },
} as const;
