import { pairsOf, type Snapshot } from './snapshot.ts';
import { readTerms, type Terms } from './terms.ts';

/** What Redis holds of money and calls in flight at one instant. */
export interface LedgerState {
  readonly nowMs: number;
  readonly run: string;
  readonly reservations: ReadonlyMap<string, ReservationState>;
  /** Money of scopes by `key:<id>` or `tenant:<name>`. */
  readonly money: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** How many slots are taken, by scope. */
  readonly slots: ReadonlyMap<string, number>;
  /** Reservations with a deadline. */
  readonly deadlines: ReadonlySet<string>;
  /** What each scope's window counts, by second. */
  readonly windows: ReadonlyMap<string, ReadonlyMap<string, WindowSecond>>;
  /** Shards that are not whole. */
  readonly recovering: number;
  /**
   * Over all shards, by what aggregators counted. The `lag` that Redis tells of a consumer group is no measure: a replica that
   * was synchronised after events had been read is not told how many are read since, and stays behind once promoted
   * (seen with Redis 7.0.15).
   */
  readonly eventsToApply: number;
}

export interface WindowSecond {
  readonly requests: number;
  readonly tokens: number;
}

export interface ReservationState {
  readonly terms: Terms;
  /** It was charged as an estimate, and waits for the truth. */
  readonly estimateNanoUsd: bigint | undefined;
}

const keyShape = /^tg:\{s\d\d\}:(\w+)(?::(.*))?$/s;

export function readLedgerState({ nowMs, run, keys }: Snapshot): LedgerState {
  const state = {
    nowMs,
    run,
    reservations: new Map<string, ReservationState>(),
    money: new Map<string, ReadonlyMap<string, string>>(),
    slots: new Map<string, number>(),
    deadlines: new Set<string>(),
    windows: new Map<string, ReadonlyMap<string, WindowSecond>>(),
    recovering: 0,
    eventsToApply: 0,
  };
  for (const [key, flat] of keys) {
    const [, kind, name = ''] = keyShape.exec(key) ?? [];
    const fields = pairsOf(flat);
    switch (kind) {
      case 'r': {
        const terms = fields.get('terms');
        const estimate = fields.get('estimate');
        if (terms === undefined) break;
        const estimateNanoUsd = estimate === undefined ? undefined : BigInt(estimate);
        state.reservations.set(name, { terms: readTerms(terms), estimateNanoUsd });
        break;
      }
      case 'b':
        state.money.set(name, fields);
        break;
      case 'x':
        for (const id of fields.keys()) state.deadlines.add(id);
        break;
      case 'w':
        state.windows.set(name, secondsOf(fields));
        state.slots.set(name, Number(fields.get('state')?.split(' ').at(-1) ?? 0));
        break;
      case 'm':
        if (fields.has('recovering') || (fields.has('run') && fields.get('run') !== run)) state.recovering += 1;
        state.eventsToApply += Number(fields.get('sequence') ?? 0) - Number(fields.get('applied') ?? 0);
        break;
      default:
    }
  }
  return state;
}

const secondsOf = (fields: ReadonlyMap<string, string>): ReadonlyMap<string, WindowSecond> =>
  new Map(
    [...fields]
      .filter(([field]) => field !== 'state')
      .map(([second, text]) => {
        const [requests, tokens] = text.split(' ');
        return [second, { requests: Number(requests), tokens: Number(tokens) }];
      }),
  );

/** Sums of a period, over one prefix of fields: `spent`, `held`, `likely`. */
export const periodsOf = (money: ReadonlyMap<string, string>, prefix: string): ReadonlyMap<string, bigint> =>
  new Map(
    [...money]
      .filter(([field]) => field.startsWith(`${prefix}|`))
      .map(([field, value]) => [field.slice(prefix.length + 1), BigInt(value)]),
  );
