import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { differences, type Difference } from '../compatibility/differences.ts';
import { startBothWays, type BothWays, type SdkRun } from './both-ways.ts';
import { assertCharged } from './assert-charged.ts';
import { describeAzureDated } from './azure-dated.ts';
import { describeEndpoints } from './endpoints.ts';
import { describeFidelity } from './fidelity.ts';
import { describeGatewaysOwn } from './gateways-own.ts';
import { describeTranslated } from './translated.ts';

let ways: BothWays;

before(async () => {
  ways = await startBothWays();
});

after(async () => {
  await ways.stop();
});

const run: SdkRun = { ways: () => ways, seen: new Set<Difference>() };
describeEndpoints(run);
describeFidelity(run);
describeTranslated(run);
describeAzureDated(run);
describeGatewaysOwn(run);

it('what differs is what docs/compatibility.md lists, all of it', () => {
  const unseen = differences.filter((difference) => !run.seen.has(difference));
  assert.deepEqual(
    unseen.map(({ where }) => where),
    [],
  );
});

it('every answer was charged for the tokens that the provider counted', async () => {
  assertCharged(await ways.stop());
});
