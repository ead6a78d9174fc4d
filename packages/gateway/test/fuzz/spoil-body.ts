import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import type { Dice } from '../support/dice.ts';

/** Values that stand where others belong. */
const oddValues: readonly JsonValue[] = [
  null,
  true,
  0,
  -1,
  1e308,
  2 ** 53,
  0.1,
  '',
  ' ',
  'user',
  'tool',
  'not-base64!',
  'data:image/png;base64,@@@',
  'http://169.254.169.254/latest/meta-data',
  'http://[::1]/x.png',
  'file:///etc/passwd',
  '\u0000\ud800',
  'x'.repeat(5000),
  [],
  {},
  [null],
  { type: 'unheard_of' },
  { type: 'text' },
];

/** The JSON text of the body after some changes that keep most of its structure; now and then no JSON at all. */
export function spoilBody(body: JsonObject, dice: Dice): string {
  const changes = dice.below(3);
  let spoilt: JsonValue = structuredClone(body);
  for (let change = 0; change < changes; change += 1) spoilt = spoilValue(spoilt, dice);
  const text = JSON.stringify(spoilt);
  if (dice.chance(0.03)) return text.slice(0, dice.below(text.length));
  if (dice.chance(0.02)) return `${text}${text}`;
  if (dice.chance(0.02)) return text.replace('{', '{"model":"twice",');
  return text;
}

/** Goes down to a place, and changes what is there. */
function spoilValue(value: JsonValue, dice: Dice): JsonValue {
  if (isJsonArray(value) && value.length > 0) return spoilList(value, dice);
  if (isJsonObject(value) && Object.keys(value).length > 0) return spoilMembers(value, dice);
  return dice.chance(0.5) ? dice.pick(oddValues) : nested(value, 1 + dice.below(40));
}

function spoilList(list: readonly JsonValue[], dice: Dice): JsonValue {
  const at = dice.below(list.length);
  const item = list[at] ?? null;
  switch (dice.below(6)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(at, 0, item); // Twice: a doubled tool, result or turn.
    case 2:
      return list.toReversed();
    case 3:
      return Array.from({ length: 200 }, () => item);
    default:
      return list.with(at, spoilValue(item, dice));
  }
}

function spoilMembers(members: JsonObject, dice: Dice): JsonValue {
  const name = dice.pick(Object.keys(members));
  const { [name]: value = null, ...others } = members;
  switch (dice.below(8)) {
    case 0:
      return others;
    case 1:
      return { ...members, [name]: dice.pick(oddValues) };
    case 2:
      return { ...members, [dice.pick(strangers)]: dice.pick(oddValues) };
    default:
      return { ...members, [name]: spoilValue(value, dice) };
  }
}

/** Members of one protocol in the body of another, and such as are nobody's. */
const strangers = [
  'tools',
  'tool_choice',
  'thinking',
  'reasoning',
  'n',
  'stop',
  'system',
  'store',
  'models',
  'plugins',
  'stream_options',
  'unheard_of',
];

const nested = (value: JsonValue, levels: number): JsonValue => (levels === 0 ? value : [nested(value, levels - 1)]);
