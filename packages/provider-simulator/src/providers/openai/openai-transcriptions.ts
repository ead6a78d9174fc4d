import type { JsonObject } from '@tollgate/core';
import { countTokens, splitByTokens } from '../../answer/count-tokens.ts';
import { readDirectives } from '../../answer/directives.ts';
import { answerAtOnce, type AnswerAtOnce } from '../../call/answer-at-once.ts';
import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { Refusal } from '../../call/refusal.ts';
import { frame, type Frame } from '../../call/script.ts';
import { billTokens, nothingBilled, noUnits, type Billed } from '../../ledger/billed.ts';
import { invalid, invalidValue, missing, type ChatProblem } from '../chat/problems.ts';
import { textOf, textsOf } from '../read-members.ts';
import { measureAudio } from './measure-audio.ts';
import type { OpenaiServer } from './openai-server.ts';
import { refuse } from './openai-texts.ts';
import { writeSubtitles, writeVerbose } from './write-transcript.ts';

const transcribing = ({ voice, checkModel }: OpenaiServer, task: 'transcribe' | 'translate'): Endpoint => ({
  name: task === 'transcribe' ? 'transcriptions' : 'translations',
  voice,
  takes: 'form',
  keepAlive: undefined,
  answer: answerAtOnce((request) => {
    checkModel(request);
    return transcribe(request, task);
  }),
});

/** Transcriptions: Whisper is billed by seconds, the others by tokens. */
export const transcriptions = (server: OpenaiServer): Endpoint => transcribing(server, 'transcribe');
/** Translations into English: Whisper alone. */
export const translations = (server: OpenaiServer): Endpoint => transcribing(server, 'translate');

const isWhisper = (model: string): boolean => model.startsWith('whisper');

function transcribe(request: ReceivedRequest, task: 'transcribe' | 'translate'): AnswerAtOnce {
  refuse(checkForm(request, task));
  const { body, model, call } = request;
  const durationSeconds = measureAudio(call.form?.files.get('file')?.bytes ?? Buffer.alloc(0));
  const prompt = textOf(body['prompt']);
  const said = readDirectives(prompt).say ?? `You sent ${durationSeconds.toFixed(1)} seconds of audio.`;
  const billed = bill(model, { said, prompt, seconds: Math.ceil(durationSeconds) });
  const usage = usageOf(billed);
  const answered = { model, text: prompt, billed };
  const transcript = { text: said, durationSeconds, task, usage };
  if (body['stream'] === 'true' && !isWhisper(model)) {
    return {
      ...answered,
      body: (tokensPerEvent) => transcriptEvents(said, usage, tokensPerEvent),
      billedUpTo: (bytes) =>
        billTokens({ ...billed.usage, output: Math.min(billed.usage.output, Math.ceil(bytes / 4)) }),
    };
  }
  switch (body['response_format']) {
    case 'text':
      return { ...answered, body: `${said}\n`, contentType: 'text/plain; charset=utf-8' };
    case 'srt':
    case 'vtt':
      return {
        ...answered,
        body: writeSubtitles(transcript, body['response_format']),
        contentType: 'text/plain; charset=utf-8',
      };
    case 'verbose_json':
      return { ...answered, body: writeVerbose(transcript, textsOf(body['timestamp_granularities'])) };
    default:
      return { ...answered, body: { text: said, usage } };
  }
}

const audioTokensPerSecond = 10;

function bill(model: string, heard: { said: string; prompt: string; seconds: number }): Billed {
  if (isWhisper(model)) return { ...nothingBilled, units: { ...noUnits, audioSeconds: heard.seconds } };
  return billTokens({
    inputAudio: heard.seconds * audioTokensPerSecond,
    inputUncached: countTokens(heard.prompt),
    output: countTokens(heard.said),
  });
}

function usageOf({ usage, units }: Billed): JsonObject {
  if (units.audioSeconds > 0) return { type: 'duration', seconds: units.audioSeconds };
  const input = usage.inputUncached + usage.inputAudio;
  return {
    type: 'tokens',
    input_tokens: input,
    input_token_details: { text_tokens: usage.inputUncached, audio_tokens: usage.inputAudio },
    output_tokens: usage.output,
    total_tokens: input + usage.output,
  };
}

function* transcriptEvents(text: string, usage: JsonObject, tokensPerEvent: number): Generator<Frame> {
  for (const delta of splitByTokens(text, tokensPerEvent)) {
    const data = { type: 'transcript.text.delta', delta };
    yield frame('content', `data: ${JSON.stringify(data)}\n\n`, Buffer.byteLength(delta));
  }
  yield frame('closing', `data: ${JSON.stringify({ type: 'transcript.text.done', text, usage })}\n\n`);
}

const fileTypes = ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm'];
const mostFileBytes = 26_214_400;
const allFormats = ['json', 'text', 'srt', 'verbose_json', 'vtt'];

function checkForm({ body, model, call }: ReceivedRequest, task: string): ChatProblem | undefined {
  const file = call.form?.files.get('file');
  if (file === undefined) return missing('file');
  if (task === 'translate' && !isWhisper(model))
    return invalid(`The model \`${model}\` does not support translation.`, 'model');
  if (file.bytes.length > mostFileBytes) {
    const message = `Maximum content size limit (${mostFileBytes}) exceeded (${file.bytes.length} bytes read)`;
    throw new Refusal({ kind: '413', message });
  }
  const type = file.name.slice(file.name.lastIndexOf('.') + 1).toLowerCase();
  if (!fileTypes.includes(type)) {
    return invalid(
      `Unrecognized file format. Supported formats: [${fileTypes.map((one) => `'${one}'`).join(', ')}]`,
      'file',
      'unsupported_format',
    );
  }
  if (measureAudio(file.bytes) < 0.1) {
    return invalid('Audio file is too short. Minimum audio length is 0.1 seconds.', 'file', 'audio_too_short');
  }
  const format = body['response_format'] ?? 'json';
  if (!allFormats.includes(textOf(format))) return invalidValue('response_format', format, allFormats);
  return isWhisper(model) || format === 'json' || format === 'text'
    ? undefined
    : invalid(
        `response_format '${textOf(format)}' is not compatible with model '${model}'. Use 'json' or 'text' instead.`,
        'response_format',
        'unsupported_value',
      );
}
