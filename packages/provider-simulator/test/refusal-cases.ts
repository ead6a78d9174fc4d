import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tollgate/core';
import { ask, sendTo, startFor, textAt, type MessagesProvider } from './simulated-call.ts';

/** A request that a provider refuses, and its words. */
export interface RefusalCase {
  readonly what: string;
  readonly members: JsonObject;
  /** 400 where absent. */
  readonly status?: number;
  readonly says: RegExp;
}

export function testRefusals(provider: MessagesProvider, cases: readonly RefusalCase[]): void {
  for (const { what, members, status = 400, says } of cases) {
    test(`${provider} refuses ${what} with ${status} and charges nothing`, async (t) => {
      const simulator = await startFor(t);
      const received = await ask(simulator, provider, { members });
      assert.equal(received.status, status);
      assert.match(textAt(received.body, 'error', 'message'), says);
      await simulator.waitForCalls(1);
      assert.equal(simulator.totals().costNanoUsd, 0n);
    });
  }
}

/** The same at any path: what is wrong with a request that is right but for the members named. */
export function testRefusalsAt(
  path: string,
  { right, cases }: { readonly right: JsonObject; readonly cases: readonly RefusalCase[] },
): void {
  test(`${path} takes a request without anything wrong`, async (t) => {
    const received = await sendTo(await startFor(t), path, right);
    assert.equal(received.status, 200, received.body);
  });
  for (const { what, members, status = 400, says } of cases) {
    test(`${path} refuses ${what} with ${status} and charges nothing`, async (t) => {
      const simulator = await startFor(t);
      const received = await sendTo(simulator, path, { ...right, ...members });
      assert.equal(received.status, status, received.body);
      assert.match(textAt(received.body, 'error', 'message'), says);
      await simulator.waitForCalls(1);
      assert.equal(simulator.totals().costNanoUsd, 0n);
    });
  }
}
