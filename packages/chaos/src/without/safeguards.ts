/** A safeguard of the product, and how it is broken on purpose to see that a run notices. */
export interface Safeguard {
  /** What the product does without it. */
  readonly without: string;
  readonly edits: readonly Edit[];
  /** The check that has to fail then; others may too. */
  readonly noticedBy: string;
}

export interface Edit {
  readonly file: string;
  /** Stands there once. */
  readonly find: string;
  readonly replace: string;
}

const lua = 'packages/store/src/lua';

export const safeguards: Readonly<Record<string, Safeguard>> = {
  atomicity: {
    without: 'An admission is decided in one step of Redis and written in another.',
    noticedBy: 'I3 hard budgets are kept',
    edits: [
      {
        file: `${lua}/admit.lua`,
        find: `local output_cap, lowered_bound = '', ''`,
        replace: `local decided = caller.base .. 'decided:' .. id
local is_decided = redis.call('EXISTS', decided) == 1
local fits_now = fits
local fits = function(...) return is_decided or fits_now(...) end
local output_cap, lowered_bound = '', ''`,
      },
      {
        file: `${lua}/admit.lua`,
        find: '-- Whatever can fail comes first: all else that is written was read.\n',
        replace: `if not is_decided then
  redis.call('SET', decided, 1, 'PX', 60000)
  return { 'late', now_ms }
end
`,
      },
    ],
  },
  'settle-once': {
    without: 'A settlement that is sent again is applied again.',
    noticedBy: 'I6 journalled is applied, once',
    edits: [
      {
        file: `${lua}/settle.lua`,
        find: "if is_applied(known) then return 'duplicate' end\n",
        replace: '',
      },
    ],
  },
  'apply-once': {
    without: 'An aggregator adds an event in one step of Redis and acknowledges it in another.',
    noticedBy: 'I8 roll-ups are their events',
    edits: [
      {
        file: `${lua}/apply.lua`,
        find: `elseif redis.call('XACK', KEYS[1], GROUP, ARGV[2]) == 1 then
  redis.call('HINCRBY', KEYS[2], 'applied', 1)
else
  return { 'passed_over' }
end`,
        replace: `elseif ARGV[4] == 'acknowledge' then
  if redis.call('XACK', KEYS[1], GROUP, ARGV[2]) == 1 then redis.call('HINCRBY', KEYS[2], 'applied', 1) end
  return { 'passed_over' }
end`,
      },
      {
        file: 'packages/store/src/redis/redis-usage.ts',
        find: "return applyEntry(this.#options, shard, { entryId, sequence, source: 'stream' });",
        replace: `return applyEntry(this.#options, shard, { entryId, sequence, source: 'stream' }).then(async (result) => {
      await applyEntry(this.#options, shard, { entryId, sequence, source: 'acknowledge' });
      return result;
    });`,
      },
    ],
  },
  journal: {
    without: 'Settlements wait in memory alone.',
    noticedBy: 'I9 answered is charged by the truth',
    edits: [
      {
        file: 'packages/gateway/src/journal/open-journal.ts',
        find: 'if (directory === undefined) throw',
        replace: 'throw',
      },
    ],
  },
  reaper: {
    without: 'Nobody ends what dead nodes left.',
    noticedBy: 'I2 nothing stays reserved',
    edits: [
      {
        file: 'packages/store/src/reaper.ts',
        find: 'allShards.map((shard) => this.#admission.reap(shard, atMostPerShard))',
        replace: '[0]',
      },
    ],
  },
  'run-id': {
    without: 'A restarted or promoted Redis is taken for the one that it was.',
    noticedBy: 'I3 hard budgets wait for recovery',
    edits: [
      {
        file: `${lua}/admit.lua`,
        find: "if whole_under and firm and not runs_under(whole_under) then return { 'recovering', now_ms } end\n",
        replace: '',
      },
    ],
  },
};
