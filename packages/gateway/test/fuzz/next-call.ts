import type { JsonObject } from '@tollgate/core';
import { probedKinds } from '../compatibility/provider-kinds.ts';
import type { Dice } from '../support/dice.ts';
import { spoilBody } from './spoil-body.ts';
import { spoilForm } from './spoil-form.ts';
import { validCalls } from './valid-calls.ts';

export interface FuzzedCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
  /** The client is gone with the first bytes of the answer. */
  readonly leaves: boolean;
}

/** Ids of responses that callers were answered with: some are kept, some were deleted, some never were. */
export class AnsweredIds {
  readonly #ids: string[] = [];

  note(text: string): void {
    const [, id] = /"id": ?"(resp_[\w.-]+)"/.exec(text) ?? [];
    if (id === undefined) return;
    if (this.#ids.length >= 100) this.#ids.shift();
    this.#ids.push(id);
  }

  pick(dice: Dice): string {
    return this.#ids.length === 0 || dice.chance(0.1) ? dice.pick(oddIds) : dice.pick(this.#ids);
  }
}

const oddIds = ['resp_none', '...', '%00', '%2e%2e%2fmodels', 'x'.repeat(300), 'resp_1?', '{}', 'ü'];

export function nextCall(dice: Dice, ids: AnsweredIds): FuzzedCall {
  const leaves = dice.chance(0.1);
  if (dice.chance(0.1)) return { ...formCall(dice), leaves };
  if (dice.chance(0.1)) return { ...keptCall(dice, ids), leaves };
  return { ...jsonCall(dice, ids), leaves };
}

type Sent = Omit<FuzzedCall, 'leaves'>;

const conversed: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/responses', '/v1/messages']);
const relayingKinds = probedKinds.filter(({ kind }) => kind.startsWith('open'));

/** Of a provider that serves the path, mostly. */
function modelOf(path: string, dice: Dice): string {
  const kinds = conversed.has(path) || dice.chance(0.1) ? probedKinds : relayingKinds;
  const { kind, model } = dice.pick(kinds);
  return `${kind}/${model}`;
}

function jsonCall(dice: Dice, ids: AnsweredIds): Sent {
  const { path, body } = dice.pick(validCalls);
  const stream = dice.chance(0.5) ? { stream: true } : {};
  const goesOn: JsonObject =
    path === '/v1/responses' && dice.chance(0.2) ? { previous_response_id: ids.pick(dice) } : {};
  const text = spoilBody({ ...body, model: modelOf(path, dice), ...stream, ...goesOn }, dice);
  return { method: 'POST', path, contentType: 'application/json', body: Buffer.from(text) };
}

function formCall(dice: Dice): Sent {
  const path = dice.pick(['/v1/audio/transcriptions', '/v1/audio/translations']);
  const format = dice.pick(['json', 'text', 'verbose_json', 'srt']);
  const stream = dice.chance(0.2) ? { stream: 'true' } : {};
  const fields = { model: modelOf(path, dice), response_format: format, prompt: '[[say:hello]]', ...stream };
  const { contentType, bytes } = spoilForm(fields, dice);
  return { method: 'POST', path, contentType, body: bytes };
}

function keptCall(dice: Dice, ids: AnsweredIds): Sent {
  const id = encodeURIComponent(ids.pick(dice));
  const query = dice.chance(0.7)
    ? ''
    : dice.pick(['?limit=2', '?include[]=x&order=asc', '?stream=true', '?after=%ff', '?']);
  const [method, path] = dice.pick([
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/cancel'],
    ['GET', '/input_items'],
  ] as const);
  return { method, path: `/v1/responses/${id}${path}${query}`, contentType: 'application/json', body: Buffer.alloc(0) };
}
