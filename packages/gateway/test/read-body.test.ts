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
