import { isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import { chooseFault } from '../faults/choose-fault.ts';
import type { FaultRegistry } from '../faults/fault-registry.ts';
import { nothingBilled, type Billed } from '../ledger/billed.ts';
import type { ReplayQueue } from '../transcript/replay-queue.ts';
import type { ArrivedCall } from './arrived-call.ts';
import type { ProviderName } from './ask.ts';
import type { AnswerMeans } from './endpoint.ts';
import { paceScript } from './pacing.ts';
import { Refusal, type Failure } from './refusal.ts';
import type { Script } from './script.ts';
import { errorScript } from './scripts.ts';

/** The credentials that each provider takes; any where it names none. */
export type AcceptedKeys = Readonly<Partial<Record<ProviderName, readonly string[]>>>;

/** What decides how calls are answered, beside the requests. */
export interface AnswerSources extends AnswerMeans {
  readonly faults: FaultRegistry;
  readonly replays: ReplayQueue;
  readonly keys: AcceptedKeys;
}

/** How a call is answered. */
export interface AnswerPlan {
  readonly script: Script;
  readonly model: string;
  readonly stream: boolean;
  readonly fault: string | null;
  readonly replayed: boolean;
  /** What the whole answer is billed for. */
  readonly billed: Billed;
  billedUpTo(answerBytes: number): Billed;
}

/** Decides the answer: a recorded one if one waits; else what the request deserves, spoilt by a fault if one applies. */
export function planAnswer(call: ArrivedCall, sources: AnswerSources): AnswerPlan {
  const body = parseBody(call);
  const { model, faultText } = readModel(call, body);
  const stream = isJsonObject(body) && body['stream'] === true;
  const unspoilt = { model, stream, fault: null, billed: nothingBilled, billedUpTo: () => nothingBilled };
  const recorded = sources.replays.take(call.endpoint.voice.provider, model);
  if (recorded !== undefined) return { ...unspoilt, script: recorded, replayed: true };
  try {
    checkCredential(call, sources.keys);
    if (call.body === undefined) throw new Refusal({ kind: '413' });
    if (!isJsonObject(body)) {
      const message =
        call.endpoint.takes === 'form'
          ? 'Could not parse multipart form'
          : 'We could not parse the JSON body of your request.';
      throw new Refusal({ kind: '400', message });
    }
    return planAsked(call, sources, { body: withModel(body, model), model, faultText });
  } catch (error) {
    return { ...unspoilt, script: errorScript(call, model, failureOf(error)), replayed: false };
  }
}

const parseBody = ({ endpoint, body, form }: ArrivedCall): unknown => {
  if (endpoint.takes === 'none') return {};
  if (endpoint.takes === 'form') return form?.fields;
  return body === undefined ? undefined : tryParseJson(body.toString('utf8'));
};

/** Serialising a body that nests deeper than the stack is a RangeError. */
function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) return error.failure;
  if (error instanceof RangeError) return { kind: '400', message: 'The body nests too deep.' };
  throw error;
}

const faultMarker = '#fault:';

/** A model may carry a fault behind a `#`: `gpt-4o-mini#fault:429`. It stands in the body, or in the path. */
function readModel({ pathNames }: ArrivedCall, body: unknown): { model: string; faultText: string | undefined } {
  const inBody = isJsonObject(body) && typeof body['model'] === 'string' ? body['model'] : '';
  const named = pathNames['model'] ?? inBody;
  const at = named.indexOf(faultMarker);
  if (at === -1) return { model: named, faultText: undefined };
  return { model: named.slice(0, at), faultText: named.slice(at + faultMarker.length) };
}

const withModel = (body: JsonObject, model: string): JsonObject =>
  typeof body['model'] === 'string' && model !== '' ? { ...body, model } : body;

function checkCredential({ endpoint: { voice }, headers }: ArrivedCall, keys: AcceptedKeys): void {
  const accepted = keys[voice.provider];
  if (accepted === undefined) return;
  const credential = voice.credentialOf(headers);
  if (credential === undefined || !accepted.includes(credential)) throw new Refusal({ kind: '401' });
}

interface Asked {
  readonly body: JsonObject;
  readonly model: string;
  readonly faultText: string | undefined;
}

function planAsked(call: ArrivedCall, sources: AnswerSources, { body, model, faultText }: Asked): AnswerPlan {
  const { endpoint } = call;
  const prepared = endpoint.answer({ call, body, model }, sources);
  const { stream } = prepared.script;
  const script = paceScript(prepared.script, prepared.pacing, endpoint.keepAlive);
  const chosen = chooseFault(sources.faults, {
    traits: {
      provider: endpoint.voice.provider,
      endpoint: endpoint.name,
      model: prepared.model,
      credential: call.credential,
      stream,
    },
    texts: [faultText, prepared.fault],
  });
  const spoilt = chosen?.fault.apply({
    script,
    parameters: chosen.parameters,
    keepAlive: endpoint.keepAlive,
    errorFrames: (failure) => prepared.errorFrames(failure),
    errorScript: (failure) => errorScript(call, prepared.model, failure),
  });
  const { billed, billedUpTo } = prepared;
  const given = spoilt ?? script;
  if (given.charging !== 'nothing') prepared.effect?.();
  return {
    script: given,
    model: prepared.model,
    stream,
    fault: chosen?.name ?? null,
    replayed: false,
    billed,
    billedUpTo,
  };
}
