import type { UsageEvent, UsageQuantities } from './usage-event.ts';

/**
 * The event as it is written down, for journal and ledger alike. Checks what types cannot say of it, where the schema would
 * take it apart member by member and make another one: this runs with every call. Throws a TypeError for what does not fit.
 */
export function usageEventText(event: UsageEvent): string {
  assertAmount(event.cost_nano_usd, 'cost_nano_usd');
  assertWhole(event.started_at_ms, 'started_at_ms');
  assertCount(event.duration_ms, 'duration_ms');
  assertQuantities(event.usage);
  for (const attempt of event.attempts) {
    assertQuantities(attempt.usage);
    assertAmount(attempt.cost_nano_usd, 'cost_nano_usd');
    if (attempt.computed_nano_usd !== null) assertAmount(attempt.computed_nano_usd, 'computed_nano_usd');
    if (attempt.reported_nano_usd !== null) assertAmount(attempt.reported_nano_usd, 'reported_nano_usd');
  }
  return JSON.stringify(event);
}

function assertQuantities(usage: UsageQuantities): void {
  assertCount(usage.input_uncached, 'input_uncached');
  assertCount(usage.cache_read, 'cache_read');
  assertCount(usage.cache_write_5m, 'cache_write_5m');
  assertCount(usage.cache_write_1h, 'cache_write_1h');
  assertCount(usage.input_audio, 'input_audio');
  assertCount(usage.output, 'output');
  assertCount(usage.reasoning, 'reasoning');
  assertCount(usage.output_audio, 'output_audio');
  assertCount(usage.images, 'images');
  if (usage.units !== undefined) assertCount(usage.units, 'units');
}

function assertAmount(text: string, member: string): void {
  if (!/^-?\d+$/.test(text)) throw misfit(member, text);
}

function assertWhole(value: number, member: string): void {
  if (!Number.isSafeInteger(value)) throw misfit(member, value);
}

function assertCount(value: number, member: string): void {
  if (!Number.isSafeInteger(value) || value < 0) throw misfit(member, value);
}

const misfit = (member: string, value: unknown): TypeError =>
  new TypeError(`\`${member}\` of a usage event cannot be ${JSON.stringify(value) ?? String(value)}`);
