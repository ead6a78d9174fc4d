import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { nanoFromUsd, type JsonObject, type NanoUsd } from '@tollgate/core';
import type { Exchange } from '@tollgate/provider-simulator';
import { Dice } from '../support/dice.ts';
import type { Gist, GistReader } from './gist.ts';
import { readChat } from './read-chat.ts';
import { readMessages } from './read-messages.ts';
import { readResponses } from './read-responses.ts';
import type { Replayed } from './recorded-upstream.ts';
import { answers, exchangesOf, type Protocol, type Route } from './recordings.ts';
import { isStream, price, startReplayingGateway, type Answered, type ReplayingGateway } from './replaying-gateway.ts';

/** The recordings are no part of this repository: TOLLGATE_WIRE_DIR names the folder that holds them. */
const folder = process.env['TOLLGATE_WIRE_DIR'];

const readers: Readonly<Record<Protocol, GistReader>> = {
  chat: readChat,
  responses: readResponses,
  messages: readMessages,
};

/** What an answer of that protocol says. Comments, and what marks the end of a stream, say nothing. */
function gistOf(protocol: Protocol, text: string, streamed: boolean): Gist {
  const objects = streamed ? [...text.matchAll(/^data: ?(\{.*)$/gm)].map(([, data = '']) => data) : [text];
  return readers[protocol](
    objects.map((object): JsonObject => JSON.parse(object)),
    streamed,
  );
}

/** By which a client knows that a stream is over and well. */
const ends: Readonly<Record<Protocol, RegExp>> = {
  chat: /^data: \[DONE\]$/m,
  responses: /"type": ?"response\.(?:completed|incomplete)"/,
  messages: /"type": ?"message_stop"/,
};

/** Where providers are asked in that protocol. */
const asked: Readonly<Record<Protocol, RegExp>> = {
  chat: /\/chat\/completions$/,
  responses: /\/responses$/,
  messages: /\/messages$/,
};

/** The answer in pieces that end at random places. */
function inPieces({ response }: Exchange, dice: Dice): Replayed {
  const { body } = response;
  const places = Array.from({ length: 5 }, () => dice.below(body.length)).toSorted((one, other) => one - other);
  const pieces = [...places, body.length].map((end, index) => body.subarray(places[index - 1] ?? 0, end));
  return { response, pieces: pieces.filter(({ length }) => length > 0), ending: 'complete' };
}

/** The answer up to a random place before its end. */
function brokenOff({ response }: Exchange, dice: Dice): Replayed {
  const { length } = response.body.toString('latin1').trimEnd();
  return { response, pieces: [response.body.subarray(0, dice.below(length))], ending: dice.pick(['early', 'reset']) };
}

/** Worked out from what the recording says; undefined where it says nothing. */
function chargeOf({ usage }: Gist, sent: string, { reportsCost }: Route): NanoUsd | undefined {
  const [, reported] = (reportsCost && /"cost": ?([\d.e-]+)/.exec(sent)) || [];
  if (reported !== undefined) return nanoFromUsd(Number(reported));
  if (usage === undefined) return undefined;
  const { input, cacheRead, cacheWrite, output } = usage;
  const usdPerMillion =
    (input - cacheRead - cacheWrite) * price.input +
    cacheRead * price.cache_read +
    cacheWrite * price.cache_write +
    output * price.output;
  return BigInt(Math.round(usdPerMillion * 1000));
}

const chargedBy = ({ line }: Answered): NanoUsd | undefined => nanoFromUsd(String(line['cost_usd']));

const withoutExcess = (text: string): string =>
  text
    .replace('event: data\ndata: [DONE]', '')
    .replace(/^(event: message_start\n.*\n\n)\1/, '$1')
    .trimEnd();

/** Where nothing was counted, what is said of usage is an estimate. */
function assertSameGist(said: Gist, recorded: Gist): void {
  assert.deepEqual(recorded.usage === undefined ? { ...said, usage: undefined } : said, recorded);
}

/** Either nothing is missing after all, or it is an error, never a clean end; what it costs is known or an estimate. */
function assertBroken(
  caller: Protocol,
  answered: Answered,
  whole: { recorded: Gist; streamed: boolean; charge: NanoUsd | undefined },
): void {
  const { status, text, line } = answered;
  if (line['outcome'] === 'completed') {
    assertSameGist(gistOf(caller, text, whole.streamed), whole.recorded);
  } else {
    assert.ok(line['outcome'] === 'cut' || line['outcome'] === 'failed', text);
    assert.equal(line['error_code'], status === 200 ? 'upstream_cut' : 'upstream_failed', text);
    assert.match(text, /"error":\{|"type":"error"/);
    assert.doesNotMatch(text, ends[caller]);
  }
  assert.notEqual(chargedBy(answered), undefined);
  if (line['estimated'] === false && whole.charge !== undefined) assert.equal(chargedBy(answered), whole.charge);
}

if (folder === undefined) {
  it('recordings are replayed once TOLLGATE_WIRE_DIR names their folder', { todo: 'TOLLGATE_WIRE_DIR is not set' });
} else {
  let replaying: ReplayingGateway;

  before(async () => {
    replaying = await startReplayingGateway();
  });

  after(() => replaying.stop());

  const replay = async (exchange: Exchange, by: { protocol: Protocol; route: Route; caller: Protocol; dice: Dice }) => {
    const { protocol, route, caller, dice } = by;
    const sent = exchange.response.body.toString('utf8');
    const streamed = isStream(exchange.response);
    const recorded = gistOf(protocol, sent, streamed);
    const charge = chargeOf(recorded, sent, route);
    const answered = await replaying.ask(caller, route, inPieces(exchange, dice));
    assert.equal(answered.status, 200, answered.text);
    assert.match(answered.askedAt ?? '', asked[protocol]);
    if (streamed) assert.match(answered.text, ends[caller]);
    assertSameGist(gistOf(caller, answered.text, streamed), recorded);
    // What docs/compatibility.md says is left out: what OpenRouter sends behind the end, and a start that comes twice.
    if (caller === protocol) assert.equal(withoutExcess(answered.text), withoutExcess(sent));
    const { line } = answered;
    assert.deepEqual([line['outcome'], line['estimated']], ['completed', charge === undefined]);
    if (charge !== undefined) assert.equal(chargedBy(answered), charge);
    const broken = await replaying.ask(caller, route, brokenOff(exchange, dice));
    assertBroken(caller, broken, { recorded, streamed, charge });
  };

  describe('a recorded answer', { concurrency: 8 }, () => {
    for (const { numbers, protocol, routes } of answers) {
      const pairs = routes.flatMap((route) => route.callers.map((caller) => ({ route, caller, protocol })));
      for (const number of numbers) {
        const exchanges = exchangesOf(folder, number);
        for (const [seed, pair] of pairs.entries()) {
          it(`${number}, ${protocol} of ${pair.route.provider}, says the same to a caller of ${pair.caller}`, async () => {
            const dice = new Dice(Number(number) * 100 + seed);
            for (const exchange of exchanges) await replay(exchange, { ...pair, dice });
          });
        }
      }
    }
  });

  it('each of these calls has one line in the log, and the ledger has booked what they say together', async () => {
    const { calls, lines, logged, booked } = await replaying.sums();
    assert.ok(calls > 0 && logged > 0n);
    assert.deepEqual([lines, booked], [calls, logged]);
  });
}
