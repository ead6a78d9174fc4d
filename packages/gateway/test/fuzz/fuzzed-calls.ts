import assert from 'node:assert/strict';
import type { Agent } from 'node:http';
import { nanoFromUsd } from '@tollgate/core';
import type { Dice } from '../support/dice.ts';
import type { TestGateway } from '../support/test-gateway.ts';
import { AnsweredIds, nextCall, type FuzzedCall } from './next-call.ts';
import { sendCall, type Answer } from './send-call.ts';

export interface FuzzedSums {
  readonly calls: number;
  /** How many answers of each status there were. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly outcomes: ReadonlyMap<string, number>;
  /** What the log says that all cost. */
  readonly loggedNanoUsd: bigint;
}

interface Parts {
  readonly gateway: TestGateway;
  readonly agent: Agent;
  readonly dice: Dice;
  readonly key: string;
}

/** Makes calls as the dice say, and holds each answer and its line in the log to what every answer has. */
export class FuzzedCalls {
  readonly #parts: Parts;
  readonly #ids = new AnsweredIds();
  readonly #statuses = new Map<number, number>();
  readonly #outcomes = new Map<string, number>();
  #loggedNanoUsd = 0n;
  #calls = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get sums(): FuzzedSums {
    const [calls, statuses, outcomes, loggedNanoUsd] = [
      this.#calls,
      this.#statuses,
      this.#outcomes,
      this.#loggedNanoUsd,
    ];
    return { calls, statuses, outcomes, loggedNanoUsd };
  }

  /** Resolves once all are answered. */
  async makeWhile(goesOn: (callsMade: number) => boolean, atOnce: number): Promise<void> {
    const callOnAndOn = async (): Promise<void> => {
      while (goesOn(this.#calls)) {
        this.#calls += 1;
        await this.#make(nextCall(this.#parts.dice, this.#ids));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, callOnAndOn));
  }

  async #make(call: FuzzedCall): Promise<void> {
    const { gateway, agent, key } = this.#parts;
    const answer = await sendCall(call, { url: gateway.url, key, agent });
    const { method, path, body } = call;
    const about = `${method} ${path} ${body.toString('latin1', 0, 2000)}\nwas answered ${answer.status} ${answer.text.slice(0, 2000)}`;
    assertAnswer(call, answer, about);
    this.#ids.note(answer.text);
    const line = await gateway.requestLine(answer.requestId);
    assert.notEqual(line['error_code'], 'internal_error', about);
    assert.ok(line['outcome'] !== null || line['error_code'] !== null, `without an outcome: ${about}`);
    const cost = line['cost_usd'];
    if (line['outcome'] !== null) assert.notEqual(cost, null, `not settled: ${about}`);
    count(this.#statuses, answer.status);
    count(this.#outcomes, String(line['error_code'] ?? line['outcome']));
    this.#loggedNanoUsd += (typeof cost === 'string' ? nanoFromUsd(cost) : undefined) ?? 0n;
  }
}

/** Bytes that were passed on cannot be followed by an error. */
const passedOn = new Set(['/v1/audio/speech', '/v1/audio/transcriptions', '/v1/audio/translations']);

function assertAnswer({ path, leaves }: FuzzedCall, { status, text, brokenOff }: Answer, about: string): void {
  if (leaves) return;
  assert.ok(!brokenOff || passedOn.has(path), `broken off: ${about}`);
  if (status >= 400) assertTypedError(path, text, about);
}

/** An error has the shape of the endpoint's protocol. */
function assertTypedError(path: string, text: string, about: string): void {
  const body: { type?: unknown; error?: { type?: unknown; message?: unknown } } = JSON.parse(text);
  assert.equal(typeof body.error?.type, 'string', about);
  assert.equal(typeof body.error?.message, 'string', about);
  assert.equal(body.type === 'error', path.startsWith('/v1/messages'), about);
}

const count = <Name>(counts: Map<Name, number>, name: Name): unknown => counts.set(name, (counts.get(name) ?? 0) + 1);
