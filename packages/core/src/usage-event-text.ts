import { escaped } from './json.ts';
import type { UsageEvent, UsageEventAttempt, UsageQuantities } from './usage-event.ts';

/**
 * The event as it is written down, for journal and ledger alike. Checks what types cannot say of it. This runs with every
 * call: the schema would take the event apart member by member and make another one, and JSON.stringify look at each
 * member's kind. Throws a TypeError for what does not fit.
 */
export function usageEventText(event: UsageEvent): string {
  const usage = usageText(event.usage);
  // A call with one attempt used what that used.
  const usageOf = (attempt: UsageEventAttempt): string =>
    attempt.usage === event.usage ? usage : usageText(attempt.usage);
  const attempts = event.attempts.map((attempt) => attemptText(attempt, usageOf(attempt))).join(',');
  const error = event.error_code === null ? 'null' : `"${event.error_code}"`;
  return (
    `{"schema":1,"type":"call","id":"${event.id}","tenant":"${escaped(event.tenant)}","key_id":"${escaped(event.key_id)}",` +
    `"scope_id":"${escaped(event.scope_id)}","tier":"${escaped(event.tier)}","endpoint":"${event.endpoint}",` +
    `"model":"${escaped(event.model)}","stream":${event.stream},"outcome":"${event.outcome}","error_code":${error},` +
    `"attempts":[${attempts}],"usage":${usage},"cost_nano_usd":${amount(event.cost_nano_usd)},` +
    `"estimated":${event.estimated},"tags":${JSON.stringify(event.tags)},` +
    `"started_at_ms":${whole(event.started_at_ms)},"duration_ms":${count(event.duration_ms)}}`
  );
}

function attemptText(attempt: UsageEventAttempt, usage: string): string {
  const { computed_nano_usd: computed, reported_nano_usd: reported, price_id: price, service_tier: tier } = attempt;
  return (
    `{"provider":"${escaped(attempt.provider)}","provider_model":"${escaped(attempt.provider_model)}",` +
    `"credential":"${escaped(attempt.credential)}","result":"${attempt.result}","usage":${usage},` +
    `"cost_nano_usd":${amount(attempt.cost_nano_usd)},"cost_source":"${attempt.cost_source}",` +
    `"computed_nano_usd":${computed === null ? 'null' : amount(computed)},` +
    `"reported_nano_usd":${reported === null ? 'null' : amount(reported)},` +
    `"price_id":${price === null ? 'null' : `"${escaped(price)}"`}${tier === undefined ? '' : `,"service_tier":"${escaped(tier)}"`}}`
  );
}

const usageText = (usage: UsageQuantities): string =>
  `{"input_uncached":${count(usage.input_uncached)},"cache_read":${count(usage.cache_read)},` +
  `"cache_write_5m":${count(usage.cache_write_5m)},"cache_write_1h":${count(usage.cache_write_1h)},` +
  `"input_audio":${count(usage.input_audio)},"output":${count(usage.output)},"reasoning":${count(usage.reasoning)},` +
  `"output_audio":${count(usage.output_audio)},"images":${count(usage.images)}` +
  `${usage.units === undefined ? '' : `,"units":${count(usage.units)}`}}`;

function amount(text: string): string {
  if (!/^-?\d+$/.test(text)) throw misfit(text);
  return `"${text}"`;
}

function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw misfit(value);
  return value;
}

function count(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw misfit(value);
  return value;
}

const misfit = (value: unknown): TypeError => new TypeError(`a usage event cannot hold ${String(value)}`);
