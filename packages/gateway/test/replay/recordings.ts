import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTranscripts, type Exchange } from '@tollgate/provider-simulator';

export type Protocol = 'chat' | 'responses' | 'messages';

/** Recorded answers of one wire protocol, and what of ours speaks it. */
export interface RecordedWire {
  readonly numbers: readonly string[];
  readonly protocol: Protocol;
  readonly routes: readonly Route[];
}

/** A provider that is asked in the recorded protocol when callers of these protocols call that model. */
export interface Route {
  readonly provider: 'openai' | 'openrouter' | 'anthropic' | 'compatible';
  /** Which of the providers of that kind; the first unless given. */
  readonly copy?: number;
  readonly model: string;
  readonly callers: readonly Protocol[];
  /** What the provider says it charged is charged. */
  readonly reportsCost: boolean;
}

const route = (provider: Route['provider'], callers: readonly Protocol[], model = 'replayed'): Route => ({
  provider,
  model,
  callers,
  reportsCost: provider === 'openrouter',
});

const every: readonly Protocol[] = ['chat', 'responses', 'messages'];

/** Whole answers and streams; each pair of protocols that one can be had through is a caller of one of its routes. */
export const answers: readonly RecordedWire[] = [
  {
    numbers: ['01', '02', '03', '04', '05', '08', '09', '10', '11', '12', '13', '56'],
    protocol: 'chat',
    routes: [route('openai', ['chat', 'messages']), route('compatible', every)],
  },
  {
    numbers: ['43', '44', '47', '48', '49', '50', '53'],
    protocol: 'chat',
    routes: [route('openrouter', ['chat']), route('compatible', every)],
  },
  // OpenAI serves models of that name by Responses alone.
  {
    numbers: ['19', '20', '21', '22', '23', '24'],
    protocol: 'responses',
    routes: [route('openai', every, 'codex-replayed')],
  },
  { numbers: ['51'], protocol: 'responses', routes: [route('openrouter', ['responses'])] },
  {
    numbers: ['26', '27', '28', '29', '30', '31', '32', '33', '34', '35', '36', '37', '38', '39'],
    protocol: 'messages',
    routes: [route('anthropic', every)],
  },
  { numbers: ['54'], protocol: 'messages', routes: [route('openrouter', ['messages'])] },
];

/** Exchanges of the recording of that number, from the folder that TOLLGATE_WIRE_DIR names. */
export function exchangesOf(folder: string, number: string): readonly Exchange[] {
  const name = readdirSync(folder).find((file) => file.startsWith(`${number}-`));
  assert.ok(name, `${folder} has a recording ${number}`);
  return readTranscripts(join(folder, name));
}
