import { diceOf, type Dice } from '../dice.ts';
import type { Leaving } from '../http-call.ts';
import type { Cast, CastKey } from './cast.ts';

/** One call, decided by the seed and its number alone. */
export interface CallPlan {
  /** Its tag and the first word of its prompt: by this the provider's ledger and ours are compared. */
  readonly tag: string;
  readonly key: CastKey;
  readonly model: Model;
  readonly body: string;
  readonly leaving: Leaving;
  /** Which node is asked, of those that live. */
  readonly node: number;
  /** How long its caller waits before the next one. */
  readonly pauseMs: number;
}

export type Model = 'sim-openrouter' | 'sim-openai' | 'sim-anthropic' | 'sim-fallback';

const models: readonly [Model, ...Model[]] = ['sim-openrouter', 'sim-openai', 'sim-anthropic', 'sim-fallback'];

const providerFaults: readonly [string, ...string[]] = [
  '429 retry_after=0',
  '500',
  'reset_mid_body',
  'cut_mid_event after_events=3',
  'close_before_headers',
  'stall after_events=2',
  '500 provider=openrouter',
  'reset_mid_body provider=openrouter after_events=0',
];

/** What a caller does next: one call, or several at once with the same key, so that they race. */
export function planCalls(seed: number, number: number, cast: Cast): readonly [CallPlan, ...CallPlan[]] {
  const dice = diceOf(seed, `calls ${number}`);
  const key = dice.pick(cast.keys);
  const tag = `c${String(number).padStart(6, '0')}`;
  const first = planCall(dice, tag, key);
  const isVolley = racing.test(key.name) && dice.chance(volleyShare);
  const others = isVolley ? Array.from({ length: volleySize - 1 }, (_, index) => `${tag}-${index + 2}`) : [];
  return [first, ...others.map((other) => planCall(dice, other, key))];
}

const racing = /^(?:brimming|counted|narrow)/;
const volleyShare = 0.15;
const volleySize = 12;

function planCall(dice: Dice, tag: string, key: CastKey): CallPlan {
  // A hard budget that brims is asked for little, so that much is held and little is spent.
  const isBrimming = key.name.startsWith('brimming');
  const model = isBrimming ? 'sim-anthropic' : dice.pick(models);
  const stream = dice.chance(0.6);
  const content = [
    `call ${tag} of the chaos`,
    `[[words:${isBrimming ? dice.whole(1, 12) : dice.whole(1, 70)}]]`,
    stream || isBrimming ? paceOf(dice, isBrimming) : '',
    dice.chance(0.08) ? `[[fault:${dice.pick(providerFaults)}]]` : '',
  ].join(' ');
  return {
    tag,
    key,
    model,
    body: JSON.stringify({
      model,
      stream,
      max_tokens: isBrimming ? 400 : dice.whole(64, 400),
      messages: [{ role: 'user', content }],
    }),
    leaving: leavingOf(dice),
    node: dice.whole(0, 1_000),
    pauseMs: dice.whole(0, 500),
  };
}

function paceOf(dice: Dice, isBrimming: boolean): string {
  if (dice.chance(0.03)) return '[[pace:between_events_ms=300]]';
  const wait = isBrimming ? dice.whole(200, 1_500) : dice.whole(0, 400);
  return `[[pace:first_content_ms=${wait} between_events_ms=${dice.whole(0, 40)}]]`;
}

function leavingOf(dice: Dice): Leaving {
  if (dice.chance(0.1)) return { afterBytes: dice.whole(1, 3_000) };
  return dice.chance(0.04) ? { afterMs: dice.whole(1, 300) } : {};
}
