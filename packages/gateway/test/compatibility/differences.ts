import { isDeepStrictEqual } from 'node:util';

/** Which call it was. */
export interface Asked {
  readonly endpoint: string;
  readonly kind: string;
}

/** Something that an SDK gets otherwise through a gateway than from the provider itself. */
export interface Difference {
  readonly where: string;
  readonly directly: string;
  readonly through: string;
  /** What comes through the gateway, made from what the provider gives; both as the SDK gave them. */
  change(direct: unknown, through: unknown, asked: Asked): unknown;
}

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isError = (outcome: unknown): outcome is Members => isMembers(outcome) && 'thrown' in outcome;
const eventsIn = (outcome: unknown): readonly unknown[] | undefined =>
  isMembers(outcome) && Array.isArray(outcome['events']) ? outcome['events'] : undefined;

const ofOpenai = ({ endpoint }: Asked): boolean => endpoint !== 'messages' && endpoint !== 'count_tokens';

/** An error of the provider's at an endpoint of OpenAI, changed. */
const inErrors =
  (change: (error: Members) => Members): Difference['change'] =>
  (direct, _through, asked) =>
    isError(direct) && ofOpenai(asked) ? change(direct) : direct;

const hasNoChoices = (event: unknown): boolean =>
  isMembers(event) && Array.isArray(event['choices']) && event['choices'].length === 0;

const usageIsNull = (event: unknown): unknown =>
  hasNoChoices(event) ? event : { ...(isMembers(event) ? event : {}), usage: null };

/** What a stream of chat completions looks like whose usage the provider is asked for. */
function announceUsage(direct: unknown, _through: unknown, { endpoint, kind }: Asked): unknown {
  const events = eventsIn(direct);
  if (endpoint !== 'chat_completions' || kind === 'openrouter' || events === undefined) return direct;
  const isAsked = events.some((event) => isMembers(event) && 'usage' in event);
  return isAsked ? direct : { events: events.map(usageIsNull) };
}

/** OpenRouter's last event but one, where nobody asked for it. */
function hideUsage(direct: unknown, through: unknown, { endpoint, kind }: Asked): unknown {
  const events = eventsIn(direct);
  if (endpoint !== 'completions' || kind !== 'openrouter' || events === undefined) return direct;
  const isKept = eventsIn(through)?.some((event) => hasNoChoices(event)) === true;
  return isKept ? direct : { events: events.filter((event) => !hasNoChoices(event)) };
}

function endWithoutDone(direct: unknown): unknown {
  const events = eventsIn(direct);
  return events?.includes('[DONE]') === true ? { events: events.filter((event) => event !== '[DONE]') } : direct;
}

/** The tenant's own key in the places where the answer shows the caller's. */
function takeCacheKey(direct: unknown, through: unknown): unknown {
  if (Array.isArray(direct)) {
    return direct.map((one, index) => takeCacheKey(one, Array.isArray(through) ? through[index] : undefined));
  }
  if (!isMembers(direct) || !isMembers(through)) return direct;
  return Object.fromEntries(
    Object.entries(direct).map(([name, value]) => {
      const other = through[name];
      const isKey = name === 'prompt_cache_key' && typeof value === 'string' && typeof other === 'string';
      return [name, isKey ? other : takeCacheKey(value, other)];
    }),
  );
}

const failed: readonly number[] = [401, 402, 403, 408, 409];
const saturations: readonly number[] = [429, 503, 529];

/** A failure that is the provider's or its account's is told as the gateway's: what was tried, and whether to try again. */
const failures =
  (isOf: (status: number) => boolean, told: { readonly status: number; readonly code: string }): Difference['change'] =>
  (direct, through, asked) => {
    if (!isError(direct) || !isError(through) || typeof direct['status'] !== 'number') return direct;
    const code = ofOpenai(asked) ? { code: told.code } : {};
    return isOf(direct['status']) ? { ...through, status: told.status, ...code } : direct;
  };

/** The names that the tests' config has, in place of all the provider's. */
export const listedName = 'listed';

/** In the order in which they are made. docs/compatibility.md lists them, and a test sees each of them happen and no other. */
export const differences: readonly Difference[] = [
  {
    where: '`GET /v1/models`',
    directly: "the provider's models",
    through: 'the names of config.yaml that the key may use, for either SDK, with context window and price',
    change: (direct, _through, { endpoint }) => (endpoint === 'models' ? [listedName] : direct),
  },
  {
    where: 'the provider has no room (429, 503, 529), and no other target has',
    directly: 'its error',
    through: '503 `no_target_available` with `retry-after`: 429 is said of the limits of key and tenant alone',
    change: failures((status) => saturations.includes(status), { status: 503, code: 'no_target_available' }),
  },
  {
    where:
      'the provider fails (408, 409, 5xx) or refuses its own key or account (401, 402, 403), and no other target answers',
    directly: 'its error',
    through: '502 `upstream_failed`, whose message says what was tried',
    change: failures((status) => failed.includes(status) || (status >= 500 && !saturations.includes(status)), {
      status: 502,
      code: 'upstream_failed',
    }),
  },
  {
    where: 'chat completions as a stream, usage not asked for',
    directly: 'no `usage`',
    through: '`usage: null` in each chunk, since usage is always asked of the provider',
    change: announceUsage,
  },
  {
    where: 'completions of `openrouter` as a stream, usage not asked for',
    directly: 'an event with `usage`',
    through: 'none',
    change: hideUsage,
  },
  {
    where: 'messages of `openrouter` as a stream',
    directly: 'a `[DONE]` behind the end, which is no JSON and at which the SDK fails',
    through: 'none',
    change: endWithoutDone,
  },
  {
    where: '`prompt_cache_key` in a response',
    directly: "the caller's",
    through: "the tenant's own, made from the caller's, so that no two tenants share a cache",
    change: takeCacheKey,
  },
  {
    where: '`code` of an error that is a number (`openrouter`, `openai-compatible`)',
    directly: 'a number',
    through: 'text, as the protocol has it',
    change: inErrors((error) =>
      typeof error['code'] === 'number' ? { ...error, code: String(error['code']) } : error,
    ),
  },
  {
    where: 'an error without `code`',
    directly: '`null`',
    through: '`upstream_rejected`',
    change: inErrors((error) => ({ ...error, code: error['code'] ?? 'upstream_rejected' })),
  },
  {
    where: 'an error without `type` (`openrouter`)',
    directly: 'nothing',
    through: '`invalid_request_error`',
    change: inErrors((error) => ({ ...error, type: error['type'] ?? 'invalid_request_error' })),
  },
  {
    where: 'an error without `param` (`openrouter`, `openai-compatible`)',
    directly: 'nothing',
    through: '`null`',
    change: inErrors((error) => ({ ...error, param: error['param'] ?? null })),
  },
];

/** What has to come through the gateway where the provider gives `direct`; notes in `seen` which differences there were. */
export function expectThrough(
  direct: unknown,
  through: unknown,
  { asked, seen }: { readonly asked: Asked; readonly seen: Set<Difference> },
): unknown {
  let expected = direct;
  for (const difference of differences) {
    const changed = difference.change(expected, through, asked);
    if (!isDeepStrictEqual(changed, expected)) seen.add(difference);
    expected = changed;
  }
  return expected;
}
