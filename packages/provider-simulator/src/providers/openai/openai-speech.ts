import type { JsonObject } from '@tollgate/core';
import { countTokens } from '../../answer/count-tokens.ts';
import { answerAtOnce } from '../../call/answer-at-once.ts';
import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { frame, type Frame } from '../../call/script.ts';
import { billTokens, nothingBilled, noUnits, type Billed } from '../../ledger/billed.ts';
import { checkRanges } from '../chat/check-ranges.ts';
import { invalid, invalidValue, missing, type ChatProblem } from '../chat/problems.ts';
import { textOf } from '../read-members.ts';
import type { OpenaiServer } from './openai-server.ts';
import { refuse } from './openai-texts.ts';

/** Speech: TTS models are billed by characters of the input, the others by tokens. */
export const speech = ({ voice, checkModel }: OpenaiServer): Endpoint => ({
  name: 'speech',
  voice,
  takes: 'json',
  keepAlive: undefined,
  answer: answerAtOnce((request) => {
    checkModel(request);
    refuse(checkSpeech(request));
    const { body, model } = request;
    const text = textOf(body['input']);
    const answered = { model, text, billed: billSpeech(model, text) };
    if (body['stream_format'] !== 'sse') {
      const format = textOf(body['response_format'] ?? 'mp3');
      return { ...answered, body: audioFrames(text), contentType: contentTypes[format] ?? 'audio/mpeg' };
    }
    const { usage } = answered.billed;
    return {
      ...answered,
      body: () => audioEvents(text, answered.billed),
      // An event of audio stands for as many tokens as it has bytes for them.
      billedUpTo: (bytes) =>
        billTokens({ ...usage, outputAudio: Math.min(usage.outputAudio, Math.ceil(bytes / bytesPerToken)) }),
    };
  }),
});

const charactersPerSecond = 15;
const tokensPerSecond = 20;
const bytesPerToken = 100;

const isByCharacter = (model: string): boolean => model.startsWith('tts-1');
const audioTokens = (text: string): number => Math.ceil(text.length / charactersPerSecond) * tokensPerSecond;

function billSpeech(model: string, text: string): Billed {
  if (isByCharacter(model)) return { ...nothingBilled, units: { ...noUnits, characters: text.length } };
  return billTokens({ inputUncached: countTokens(text), outputAudio: audioTokens(text) });
}

/** Silence, as long as the text would take. */
function* audioPieces(text: string): Generator<Buffer> {
  const second = tokensPerSecond * bytesPerToken;
  for (let left = audioTokens(text) * bytesPerToken; left > 0; left -= second)
    yield Buffer.alloc(Math.min(left, second), 0x55);
}

const audioFrames = (text: string): readonly Frame[] => [...audioPieces(text)].map((bytes) => frame('content', bytes));

function* audioEvents(text: string, { usage }: Billed): Generator<Frame> {
  const event = (kind: Frame['kind'], data: JsonObject, answerBytes = 0): Frame =>
    frame(kind, `data: ${JSON.stringify(data)}\n\n`, answerBytes);
  for (const bytes of audioPieces(text)) {
    yield event('content', { type: 'speech.audio.delta', audio: bytes.toString('base64') }, bytes.length);
  }
  yield event('closing', {
    type: 'speech.audio.done',
    usage: {
      input_tokens: usage.inputUncached,
      output_tokens: usage.outputAudio,
      total_tokens: usage.inputUncached + usage.outputAudio,
    },
  });
}

const contentTypes: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};

const mostCharacters = 4096;

function checkSpeech({ body, model }: ReceivedRequest): ChatProblem | undefined {
  const { input, voice } = body;
  if (typeof input !== 'string' || input === '') return missing('input');
  if (input.length > mostCharacters) {
    return invalid(
      `Invalid 'input': string too long. Expected a string with maximum length ${mostCharacters}, but got a string with length ${input.length} instead.`,
      'input',
      'string_above_max_length',
    );
  }
  if (voice === undefined) return missing('voice');
  const format = body['response_format'];
  const formats = Object.keys(contentTypes);
  if (format !== undefined && !formats.includes(textOf(format)))
    return invalidValue('response_format', format, formats);
  if (body['stream_format'] === 'sse' && isByCharacter(model)) {
    return invalid(`stream_format 'sse' is not supported with ${model}.`, 'stream_format');
  }
  return checkRanges([{ name: 'speed', least: 0.25, most: 4 }], body);
}
