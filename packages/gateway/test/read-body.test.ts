import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '@tollgate/core';
import { BodyBudget } from '../src/http/body-budget.ts';
import { ClientLeft, readBody } from '../src/http/read-body.ts';

test('a client that has left before its body is asked for is found out at once, and holds nothing', async () => {
  const request = new IncomingMessage(new Socket());
  request.push('{"model"');
  request.destroy();
  await new Promise((resolve) => request.once('close', resolve));
  const budget = new BodyBudget(() => 100);
  const limits = { maxBytes: 100, timeoutMs: 60_000 };
  await assert.rejects(readBody(request, limits, { budget, clock: systemClock }), ClientLeft);
  assert.equal(budget.heldBytes, 0);
});

test('the pieces of a body are given back once it is whole, but not what others hold a part of', async () => {
  const request = new IncomingMessage(new Socket());
  const own = Buffer.alloc(20_000, 'a');
  const shared = Buffer.alloc(20_000, 'b');
  for (const piece of [own, shared.subarray(0, 10_000)]) request.push(piece);
  request.push(null);
  const limits = { maxBytes: 100_000, timeoutMs: 60_000 };
  const body = await readBody(request, limits, { budget: new BodyBudget(() => 100_000), clock: systemClock });
  assert.equal(body.toString(), 'a'.repeat(20_000) + 'b'.repeat(10_000));
  assert.equal(own.byteLength, 0);
  assert.equal(shared.toString(), 'b'.repeat(20_000));
});
