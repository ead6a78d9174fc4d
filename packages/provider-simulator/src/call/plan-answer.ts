import { isJsonObject, noUsage, tryParseJson, type JsonObject, type Usage } from '@tollgate/core';
import { readDirectives } from '../answer/directives.ts';
import { chooseFault } from '../faults/choose-fault.ts';
import type { FaultRegistry } from '../faults/fault-registry.ts';
import type { ReplayQueue } from '../transcript/replay-queue.ts';
import { answerScript, errorScript } from './answer-script.ts';
import type { ArrivedCall } from './arrived-call.ts';
import type { ProviderName } from './ask.ts';
import { composeReply, type Reckoning } from './compose-reply.ts';
import { paceScript, pacingSchema, type Pacing } from './pacing.ts';
import { Refusal, type Failure } from './refusal.ts';
import type { Script } from './script.ts';
import { parseTold, settingsOf, splitWords } from './setting-words.ts';

/** The credentials that each provider takes; any where it names none. */
export type AcceptedKeys = Readonly<Partial<Record<ProviderName, readonly string[]>>>;

/** What answers depend on, beside the request. */
export interface AnswerSources extends Reckoning {
  readonly faults: FaultRegistry;
  readonly replays: ReplayQueue;
  readonly keys: AcceptedKeys;
  pacing(): Pacing;
}

/** How a call is answered. */
export interface AnswerPlan {
  readonly script: Script;
  readonly model: string;
  readonly stream: boolean;
  readonly fault: string | null;
  readonly replayed: boolean;
  /** What the whole answer uses. */
  readonly usage: Usage;
}

/** Decides the answer: a recorded one if one waits; else what the request deserves, spoilt by a fault if one applies. */
export function planAnswer(call: ArrivedCall, sources: AnswerSources): AnswerPlan {
  const body = call.body === undefined ? undefined : tryParseJson(call.body.toString('utf8'));
  const { model, faultText } = readModel(body);
  const unspoilt = { model, stream: isJsonObject(body) && body['stream'] === true, fault: null, usage: noUsage };
  const recorded = sources.replays.take(call.surface.provider, model);
  if (recorded !== undefined) return { ...unspoilt, script: recorded, replayed: true };
  try {
    checkCredential(call, sources.keys);
    if (call.body === undefined) throw new Refusal({ kind: '413' });
    if (!isJsonObject(body)) {
      throw new Refusal({ kind: '400', message: 'We could not parse the JSON body of your request.' });
    }
    return planAsked(call, sources, { body: model === '' ? body : { ...body, model }, faultText });
  } catch (error) {
    return { ...unspoilt, script: errorScript(call, model, failureOf(error)), replayed: false };
  }
}

/** Serialising a body that nests deeper than the stack is a RangeError. */
function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) return error.failure;
  if (error instanceof RangeError) return { kind: '400', message: 'The body nests too deep.' };
  throw error;
}

const faultMarker = '#fault:';

/** A model may carry a fault behind a `#`: `gpt-4o-mini#fault:429`. */
function readModel(body: unknown): { readonly model: string; readonly faultText: string | undefined } {
  const named = isJsonObject(body) && typeof body['model'] === 'string' ? body['model'] : '';
  const at = named.indexOf(faultMarker);
  if (at === -1) return { model: named, faultText: undefined };
  return { model: named.slice(0, at), faultText: named.slice(at + faultMarker.length) };
}

function checkCredential({ surface, headers }: ArrivedCall, keys: AcceptedKeys): void {
  const accepted = keys[surface.provider];
  if (accepted === undefined) return;
  const credential = surface.credentialOf(headers);
  if (credential === undefined || !accepted.includes(credential)) throw new Refusal({ kind: '401' });
}

interface Asked {
  readonly body: JsonObject;
  readonly faultText: string | undefined;
}

function planAsked(call: ArrivedCall, sources: AnswerSources, { body, faultText }: Asked): AnswerPlan {
  const { surface } = call;
  const ask = surface.readAsk(body, call.headers);
  const directives = readDirectives(ask.userText);
  const pacing = pacingOf(sources.pacing(), directives.pace);
  const reply = composeReply(call, sources, { ask, directives, tokensPerEvent: pacing.tokens_per_event });
  const script = paceScript(answerScript(call, ask, reply), pacing, surface.keepAlive);
  const chosen = chooseFault(sources.faults, {
    traits: { provider: surface.provider, model: ask.model, credential: call.credential, stream: ask.stream },
    texts: [faultText, directives.fault],
  });
  const spoilt = chosen?.fault.apply({
    script,
    parameters: chosen.parameters,
    surface,
    reply,
    errorScript: (failure) => errorScript(call, ask.model, failure),
  });
  const planned = { model: ask.model, stream: ask.stream, replayed: false, usage: reply.usage };
  return { ...planned, script: spoilt ?? script, fault: chosen?.name ?? null };
}

const pacingOf = (pacing: Pacing, told: string | undefined): Pacing =>
  told === undefined ? pacing : parseTold(pacingSchema, { ...pacing, ...settingsOf(splitWords(told)) });
