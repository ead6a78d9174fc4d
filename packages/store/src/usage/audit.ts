import { isJsonObject, tryParseJson, type LedgerCounter, type LedgerScope, type NanoUsd } from '@tollgate/core';

/** A scope's money and checkpoint: `spent`, and by period `spent|<period>`; money has `ends|<period>` too. */
export interface ScopeBooks {
  readonly money: ReadonlyMap<string, string>;
  readonly checkpoint: ReadonlyMap<string, string>;
}

/** An event that is not applied, as the stream has it. */
export interface WaitingEvent {
  readonly text: string;
  readonly corrects: string;
  readonly periods: string;
}

/** How long after its end a period may still be booked to; the same stands in lua/lib/ledger.lua. */
const periodKeptMs = 40 * 86_400_000;

/** The counters of a scope, each beside what its events add up to. */
export function auditScope(
  scope: LedgerScope,
  { money, checkpoint }: ScopeBooks,
  { waiting, nowMs }: { readonly waiting: readonly WaitingEvent[]; readonly nowMs: number },
): readonly LedgerCounter[] {
  const outstanding = waitingAmounts(scope, waiting);
  const fields = new Set(['spent', ...money.keys(), ...checkpoint.keys()]);
  return [...fields]
    .filter((field) => isCounter(field, money, nowMs))
    .map((field) => ({
      scope,
      period: field === 'spent' ? undefined : field.slice('spent|'.length),
      spentNanoUsd: BigInt(money.get(field) ?? '0'),
      eventsNanoUsd: BigInt(checkpoint.get(field) ?? '0') + (outstanding.get(field) ?? 0n),
    }));
}

/** A period that is long over takes nothing in any more, and is dropped when the next one begins. */
function isCounter(field: string, money: ScopeBooks['money'], nowMs: number): boolean {
  if (field === 'spent') return true;
  if (!field.startsWith('spent|') || !money.has(field)) return false;
  const endsMs = money.get(`ends|${field.slice('spent|'.length)}`) ?? '';
  return endsMs === '' || nowMs <= Number(endsMs) + periodKeptMs;
}

/** An event that cannot be read adds nothing: the counters that it was booked to show a drift, as they should. */
function waitingAmounts({ kind, id }: LedgerScope, waiting: readonly WaitingEvent[]): ReadonlyMap<string, NanoUsd> {
  const amounts = new Map<string, NanoUsd>();
  for (const { text, corrects, periods } of waiting) {
    const event = tryParseJson(text);
    if (!isJsonObject(event) || event[kind === 'key' ? 'scope_id' : 'tenant'] !== id) continue;
    const cost = event['cost_nano_usd'];
    if (typeof cost !== 'string' || !/^-?\d+$/.test(cost)) continue;
    const amount = BigInt(cost) - BigInt(corrects === '' ? '0' : corrects);
    const booked = periods.split('\n').filter((line) => line.startsWith(`${kind} `));
    for (const field of ['spent', ...booked.map((line) => `spent|${line.slice(kind.length + 1)}`)]) {
      amounts.set(field, (amounts.get(field) ?? 0n) + amount);
    }
  }
  return amounts;
}
