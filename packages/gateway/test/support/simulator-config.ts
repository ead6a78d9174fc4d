/** A config.yaml whose providers are all the simulator, one model a provider kind. `sections` replace or add top-level ones. */
export function simulatorConfig(simulatorUrl: string, sections: Readonly<Record<string, string>> = {}): string {
  const all: Record<string, string> = {
    version: '1',
    providers: `
  openrouter: { type: openrouter, base_url: "${simulatorUrl}/openrouter/api/v1", api_key: sk-or-simulated-key }
  openai: { type: openai, base_url: "${simulatorUrl}/openai/v1", api_key: sk-simulated-key }
  anthropic: { type: anthropic, base_url: "${simulatorUrl}/anthropic", api_key: sk-ant-simulated-key }
  local: { type: openai-compatible, base_url: "${simulatorUrl}/compatible/v1" }`,
    models: `
  sim-openrouter: { targets: [ { provider: openrouter, model: openai/gpt-4o-mini } ] }
  sim-openai: { targets: [ { provider: openai, model: gpt-4o-mini } ] }
  sim-anthropic: { targets: [ { provider: anthropic, model: claude-sonnet-4-5 } ] }
  sim-local: { targets: [ { provider: local, model: llama3 } ] }
  sim-fallback: { targets: [ { provider: openrouter, model: openai/gpt-4o-mini }, { provider: openai, model: gpt-4o-mini }, { provider: anthropic, model: claude-sonnet-4-5 } ] }`,
    routing: `
  retry: { attempts: 2, base_ms: 1, max_ms: 20, budget_percent: 100 }
  timeouts: { connect_ms: 1000, first_content_ms: 2000, unstreamed_ms: 5000, idle_ms: 1000, total_ms: 10000 }
  breaker: { failures: 100, window_ms: 30000, open_ms: 15000 }`,
    tiers: `
  free: { requests_per_minute: 20, tokens_per_minute: 40000, concurrency: 4, models: [sim-openai] }
  pro: { requests_per_minute: 100000, tokens_per_minute: 100000000, concurrency: 1000, models: ["*"] }`,
    pricing: `
  local: { llama3: { input: 0, output: 0, context_window: 8192, max_output: 2048 } }`,
    ...sections,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}
