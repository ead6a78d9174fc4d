import type { IncomingMessage, ServerResponse } from 'node:http';
import { noUsage, type Clock } from '@tollgate/core';
import type { ArrivedCall } from '../call/arrived-call.ts';
import { planAnswer, type AnswerPlan, type AnswerSources } from '../call/plan-answer.ts';
import { markCredential } from '../ledger/credential-mark.ts';
import { costOf, noUnits, nothingBilled, type Billed } from '../ledger/billed.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { MatchedRoute } from '../providers/match-route.ts';
import { Playback, type PlaybackResult } from './playback.ts';
import { readBody } from './read-body.ts';
import { readForm } from './read-form.ts';

export interface CallHandlerParts {
  readonly sources: AnswerSources;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly maxBodyBytes: number;
  readonly keepBodies: boolean;
}

export type CallHandler = (route: MatchedRoute, request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers calls and writes each into the ledger once it has ended. */
export function createCallHandler(parts: CallHandlerParts): CallHandler {
  const { clock, ledger, sources } = parts;
  // Ids differ between runs, so that the records of several can be kept together.
  const run = clock.nowMs().toString(36);
  let lastSequence = 0;
  return async (route, request, response) => {
    lastSequence += 1;
    const arrival = arrive({ route, request, clock, sequence: lastSequence, run });
    ledger.begin();
    const read = await readBody(request, parts.maxBodyBytes);
    if (read === 'client_gone') {
      ledger.append({ ...arrival.entry(), ...nothingAnswered });
      return;
    }
    const body = read === 'too_large' ? undefined : read;
    const isForm = route.endpoint.takes === 'form' && body !== undefined;
    const form = isForm ? await readForm(body, request.headers['content-type']) : undefined;
    const call: ArrivedCall = { ...arrival.call, body, form };
    const plan = planAnswer(call, sources);
    const whenEnded = (result: PlaybackResult): void => {
      const billed = chargedFor(plan, result);
      ledger.append({
        ...arrival.entry(),
        ...planned(plan),
        usage: billed.usage,
        units: billed.units,
        costNanoUsd: costOf(billed, sources.priceOf(route.endpoint.voice.provider, plan.model)),
        status: result.status,
        ended: result.ended,
        contentEvents: result.contentEvents,
        bytesSent: result.bytesSent,
        requestBody: parts.keepBodies ? call.body?.toString('utf8') : undefined,
      });
    };
    new Playback({ response, script: plan.script, clock, whenEnded }).start();
  };
}

type ArrivalEntry = Pick<
  LedgerEntry,
  | 'sequence'
  | 'provider'
  | 'endpoint'
  | 'credential'
  | 'requestId'
  | 'answerId'
  | 'startedAtMs'
  | 'durationMs'
  | 'requestHeaderNames'
>;

interface Arrival {
  readonly call: Omit<ArrivedCall, 'body' | 'form'>;
  /** What the ledger knows of it whatever happened, as of now. */
  entry(): ArrivalEntry;
}

function arrive({
  route,
  request,
  clock,
  sequence,
  run,
}: {
  readonly route: MatchedRoute;
  readonly request: IncomingMessage;
  readonly clock: Clock;
  readonly sequence: number;
  readonly run: string;
}): Arrival {
  const id = `${run}${sequence.toString(36).padStart(6, '0')}`;
  const requestId = `req_${id}`;
  const { endpoint, pathNames, query } = route;
  const startedAtMs = clock.nowMs();
  const startedMs = clock.monotonicMs();
  const credential = markCredential(endpoint.voice.credentialOf(request.headers));
  return {
    call: { endpoint, pathNames, query, id, requestId, nowMs: startedAtMs, headers: request.headers, credential },
    entry: () => ({
      sequence,
      provider: endpoint.voice.provider,
      endpoint: endpoint.name,
      credential,
      requestId,
      answerId: id,
      startedAtMs,
      durationMs: Math.round(clock.monotonicMs() - startedMs),
      requestHeaderNames: Object.keys(request.headers),
    }),
  };
}

const nothingAnswered: Omit<LedgerEntry, keyof ArrivalEntry> = {
  model: '',
  stream: false,
  fault: null,
  replayed: false,
  status: null,
  ended: 'client_gone',
  usage: noUsage,
  units: noUnits,
  costNanoUsd: 0n,
  contentEvents: 0,
  bytesSent: 0,
  requestBody: undefined,
};

const planned = ({
  model,
  stream,
  fault,
  replayed,
}: AnswerPlan): Pick<LedgerEntry, 'model' | 'stream' | 'fault' | 'replayed'> => ({
  model,
  stream,
  fault,
  replayed,
});

function chargedFor({ script, billed, billedUpTo }: AnswerPlan, { answerBytes }: PlaybackResult): Billed {
  switch (script.charging) {
    case 'nothing':
      return nothingBilled;
    case 'produced':
      return billedUpTo(answerBytes);
    case 'all':
      return billed;
  }
}
