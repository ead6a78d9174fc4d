import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as alertScripts from '../../src/scripts/alert-scripts.ts';
import { admitScript } from '../../src/scripts/admit.ts';
import * as claimScripts from '../../src/scripts/claim-scripts.ts';
import * as keyScripts from '../../src/scripts/key-scripts.ts';
import * as ledgerScripts from '../../src/scripts/ledger-scripts.ts';
import * as reservationScripts from '../../src/scripts/reservation-scripts.ts';
import * as responseScripts from '../../src/scripts/response-scripts.ts';
import * as usageScripts from '../../src/scripts/usage-scripts.ts';
import { readScripts } from '../../src/scripts/script.ts';

const directory = join(import.meta.dirname, '..', '..', 'src', 'lua');
const declared = [
  admitScript,
  ...Object.values(alertScripts),
  ...Object.values(claimScripts),
  ...Object.values(keyScripts),
  ...Object.values(ledgerScripts),
  ...Object.values(reservationScripts),
  ...Object.values(responseScripts),
  ...Object.values(usageScripts),
];
const files = readdirSync(directory).filter((name) => name.endsWith('.lua'));

/** The numbered names under a heading of a script's head, in order. */
function headed(text: string, heading: string): readonly string[] {
  const [, after = ''] = text.split(`\n${heading}\n`);
  const [block = ''] = after.split(/^\S/m);
  return [...block.matchAll(/^ *(\d+) (\w+)/gm)].map(([, number, name = ''], index) => {
    assert.equal(Number(number), index + 1);
    return name;
  });
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

for (const script of declared) {
  test(`the head of ${script.file}.lua names the keys and arguments that its callers give`, () => {
    const text = readFileSync(join(directory, `${script.file}.lua`), 'utf8');
    assert.deepEqual(headed(text, 'KEYS'), script.keys.map(snakeCase));
    assert.deepEqual(headed(text, 'ARGV'), script.args.map(snakeCase));
    assert.match(text, /^REPLIES\n {2}\S/m);
  });
}

test('every script is declared, and every one declared exists', () => {
  assert.deepEqual(declared.map(({ file }) => `${file}.lua`).toSorted(), files.toSorted());
});

test('what ends, corrects or revokes works with Redis full; what begins something does not; what only reads says so', () => {
  const flags = Object.fromEntries(
    files.map((file) => [file, /^#!lua(?: flags=(.*))?\n/.exec(readFileSync(join(directory, file), 'utf8'))?.[1]]),
  );
  assert.deepEqual(flags, {
    'admit.lua': undefined,
    'applied.lua': 'no-writes',
    'beat.lua': 'allow-oom',
    'archive-events.lua': 'allow-oom',
    'charge-window.lua': 'allow-oom',
    'apply.lua': 'allow-oom',
    'audit.lua': 'no-writes',
    'claim-call.lua': undefined,
    'claim-events.lua': 'allow-oom',
    'end-claim.lua': 'allow-oom',
    'create-key.lua': undefined,
    'create-tenant.lua': undefined,
    'dead.lua': 'allow-oom',
    'extend.lua': undefined,
    'finish-alert.lua': 'allow-oom',
    'find-response.lua': 'no-writes',
    'identify.lua': 'no-writes',
    'keep-response.lua': undefined,
    'list-entries.lua': 'no-writes',
    'list-records.lua': 'no-writes',
    'raise-alert.lua': 'allow-oom',
    'read-events.lua': 'allow-oom',
    'read-record.lua': 'no-writes',
    'read-roll-up.lua': 'no-writes',
    'reap.lua': 'allow-oom',
    'rejoin.lua': 'allow-oom',
    'renew.lua': 'allow-oom',
    'replace-record.lua': 'allow-oom',
    'reprice.lua': undefined,
    'rotate-key.lua': 'allow-oom',
    'settle.lua': 'allow-oom',
    'standings.lua': 'no-writes',
    'take-alerts.lua': 'allow-oom',
    'trim.lua': 'allow-oom',
    'void.lua': 'allow-oom',
  });
});

test('a script is assembled whole, and asks for the time in one place', () => {
  for (const [file, text] of readScripts()) {
    assert.doesNotMatch(text, /^-- include/m, file);
    assert.ok(text.split("redis.call('TIME')").length <= 2, file);
  }
});
