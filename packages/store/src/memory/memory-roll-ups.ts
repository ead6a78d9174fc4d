import {
  dayMs,
  rollUpKeptMs,
  type RollUpSpan,
  type StreamedEvent,
  type UsageQuery,
  type UsageRow,
} from '@tollgate/core';
import { readRows } from '../usage/read-rows.ts';
import { blocksOf, rollUpName, spans } from '../usage/roll-up-names.ts';
import { answeringProvider, contributions } from './contributions.ts';

interface RollUp {
  readonly fields: Map<string, bigint>;
  readonly expiresMs: number;
}

/** Callers choose model names where a wildcard route allows it: beyond so many fields, new ones count as `other`. */
const mostFields = 100_000;
const tagValuesKeptMs = 40 * dayMs;

/** The twin of lua/lib/roll-up-keys.lua. */
export class MemoryRollUps {
  readonly #rollUps = new Map<string, RollUp>();
  readonly #tagValues = new Map<string, { readonly values: Set<string>; untilMs: number }>();
  readonly #maxTagValues: number;

  constructor(maxTagValues: number) {
    this.#maxTagValues = maxTagValues;
  }

  add(entry: StreamedEvent, nowMs: number): void {
    const tags = Object.entries(entry.event.tags).map(([tag, value]) => {
      return { tag, suffix: `\n${this.#countedValue(`${entry.event.tenant}:${tag}`, oneLine(value), nowMs)}` };
    });
    for (const [name, { expiresMs }] of this.#rollUps) if (expiresMs <= nowMs) this.#rollUps.delete(name);
    for (const span of ['hour', 'day'] as const) {
      for (const place of [{ tag: undefined, suffix: '' }, ...tags]) this.#addTo(entry, { ...place, span, nowMs });
    }
  }

  rows(query: UsageQuery): readonly UsageRow[] {
    return blocksOf(query.span, query).flatMap((block) => {
      const rollUp = this.#rollUps.get(rollUpName({ ...query, block }));
      const fields = [...(rollUp?.fields ?? [])].map(([field, amount]) => [field, String(amount)] as const);
      return readRows(new Map(fields), query);
    });
  }

  #addTo(
    { event, correctsNanoUsd }: StreamedEvent,
    { span, tag, suffix, nowMs }: { span: RollUpSpan; tag: string | undefined; suffix: string; nowMs: number },
  ): void {
    const { ms, blockMs } = spans[span];
    const block = Math.floor(event.started_at_ms / blockMs);
    const expiresMs = (block + 1) * blockMs + rollUpKeptMs[span];
    if (expiresMs <= nowMs) return;
    const name = rollUpName({ tenant: event.tenant, span, block, tag });
    const { fields } = this.#rollUps.get(name) ?? { fields: new Map<string, bigint>() };
    this.#rollUps.set(name, { fields, expiresMs });
    const start = Math.floor(event.started_at_ms / ms);
    const lines = contributions(event, correctsNanoUsd);
    const rowOf = (model: string, provider: string) => `${start}\n${event.scope_id}\n${model}\n${oneLine(provider)}`;
    const model = oneLine(event.model);
    const counted = `${rowOf(model, answeringProvider(event))}\nrequests${suffix}`;
    const crowded = fields.size >= mostFields && !fields.has(counted);
    for (const { provider, measure, amount } of lines) {
      const field = `${rowOf(crowded ? 'other' : model, provider)}\n${measure}${suffix}`;
      fields.set(field, (fields.get(field) ?? 0n) + amount);
    }
  }

  /** A value beyond the most that reports keep apart is `other`. */
  #countedValue(name: string, value: string, nowMs: number): string {
    const known = this.#tagValues.get(name);
    const { values } = known !== undefined && known.untilMs > nowMs ? known : { values: new Set<string>() };
    const counted = values.has(value) || values.size < this.#maxTagValues ? value : 'other';
    this.#tagValues.set(name, { values: values.add(counted), untilMs: nowMs + tagValuesKeptMs });
    return counted;
  }
}

const oneLine = (words: string): string => words.replaceAll('\n', ' ');
