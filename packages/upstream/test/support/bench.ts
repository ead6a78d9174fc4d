import { parseJsonBody, Secret, type AttemptError, type Call, type Credential, type Target } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createUpstream,
  UpstreamFailure,
  type AnswerSink,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamCall,
  type UpstreamFact,
  type UpstreamSettings,
} from '../../src/index.ts';
import { answers, ScriptedProvider } from './scripted-provider.ts';

export const target = (provider: string, providerModel = 'm', weight?: number): Target => ({
  provider,
  providerModel,
  weight,
});

export const credential = (name: string, secret = `secret of ${name}`): Credential => ({
  name,
  secret: new Secret(secret),
});

export const chatCall = (stream: boolean): Call => ({
  endpoint: 'chat_completions',
  protocol: 'openai_chat',
  model: 'm',
  stream,
  wantsStreamUsage: false,
  choices: 1,
  outputCapTokens: undefined,
  serviceTier: undefined,
  body: parseJsonBody(Buffer.from('{"model":"m"}')),
});

/** Enough for all back-offs of a call that no Retry-After prolongs. */
const backOffsMs = 1_000;

/** An upstream over two scripted providers, `a` and `b`, with a credential each, under a manual clock. */
export class Bench {
  readonly clock = new ManualClock();
  readonly facts: UpstreamFact[] = [];
  readonly a = new ScriptedProvider('a', [answers('from a')]);
  readonly b = new ScriptedProvider('b', [answers('from b')]);
  readonly settings: UpstreamSettings;
  readonly upstream: Upstream;
  random = 0.5;

  constructor(over: Partial<UpstreamSettings> = {}) {
    this.settings = {
      providers: new Map([
        ['a', this.a],
        ['b', this.b],
      ]),
      credentials: new Map([
        ['a', [credential('default')]],
        ['b', [credential('default')]],
      ]),
      retry: { attempts: 3, baseMs: 200, maxMs: 5_000, budgetPercent: 20, afterTimeout: false },
      timeouts: {
        connectMs: 2_000,
        firstContentMs: 120_000,
        unstreamedMs: 600_000,
        idleMs: 60_000,
        totalMs: 900_000,
      },
      breaker: { failures: 5, windowMs: 30_000, openMs: 15_000 },
      ...over,
    };
    this.upstream = createUpstream({
      ...this.settings,
      clock: this.clock,
      random: () => this.random,
      observe: (fact) => this.facts.push(fact),
    });
  }

  /** Begins a streamed call to `a`, then `b`. */
  begin(over: Partial<UpstreamCall> = {}): Promise<UpstreamAnswer> {
    const call = this.upstream.call({
      call: chatCall(true),
      targets: [target('a'), target('b')],
      outputCapTokens: undefined,
      requestId: 'req_1',
      traceparent: undefined,
      signal: new AbortController().signal,
      ...over,
    });
    // A test may look at the rejection only after time has passed.
    call.catch(() => undefined);
    return call;
  }

  /** The answer to a call; its back-offs pass meanwhile. */
  async answerTo(over: Partial<UpstreamCall> = {}): Promise<UpstreamAnswer> {
    const call = this.begin(over);
    await this.clock.advanceSettling(backOffsMs);
    return call;
  }

  /** How a call failed, once so much time has passed. */
  async failureOf(over: Partial<UpstreamCall> = {}, afterMs = backOffsMs): Promise<UpstreamFailure> {
    const call = this.begin(over);
    await this.clock.advanceSettling(afterMs);
    return rejectionOf(call);
  }

  factsOf<Kind extends UpstreamFact['kind']>(kind: Kind): readonly Extract<UpstreamFact, { kind: Kind }>[] {
    return this.facts.filter((fact): fact is Extract<UpstreamFact, { kind: Kind }> => fact.kind === kind);
  }
}

export async function rejectionOf(call: Promise<unknown>): Promise<UpstreamFailure> {
  const thrown: unknown = await call.then(
    () => assert.fail('the call was answered'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof UpstreamFailure, String(thrown));
  return thrown;
}

/** A test that leaves no timer behind. */
export function scenario(title: string, run: (bench: Bench) => Promise<void>, over?: Partial<UpstreamSettings>): void {
  test(title, async () => {
    const bench = new Bench(over);
    await run(bench);
    assert.equal(bench.clock.scheduledCount, 0, 'no timer is left');
  });
}

/** Notes what it is given; takes no more once `roomFor` writes were made. */
export class RecordingSink implements AnswerSink {
  text = '';
  endings: string[] = [];
  roomFor = Infinity;

  write(bytes: Buffer): boolean {
    this.text += bytes.toString();
    this.roomFor -= 1;
    return this.roomFor > 0;
  }

  end(): void {
    this.endings.push('end');
  }

  fail(error: AttemptError): void {
    this.endings.push(error.code);
  }
}
