import { isJsonObject, type JsonObject } from '@tollgate/core';
import type { Reply } from '../../answer/answer.ts';
import { readDirectives } from '../../answer/directives.ts';
import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { generate, type Understood } from '../../call/generate.ts';
import { isServed } from '../../call/models.ts';
import { Refusal, type Failure } from '../../call/refusal.ts';
import { frame, type Frame } from '../../call/script.ts';
import { checkGenerateRequest } from './check-generate-request.ts';
import { geminiError } from './gemini-errors.ts';
import { geminiVoice } from './gemini-voice.ts';
import { readGenerateAsk } from './read-generate-ask.ts';
import {
  blockedContent,
  contentPieces,
  wholeContent,
  type ContentStyle,
  type WrittenContent,
} from './write-contents.ts';

/** generativelanguage.googleapis.com, a whole answer. */
export const geminiGenerate: Endpoint = {
  name: 'generate_content',
  voice: geminiVoice,
  takes: 'json',
  keepAlive: undefined,
  answer: generate({
    caching: 'automatic',
    streamContentType: 'text/event-stream',
    read: (request) => read(request, false),
  }),
};

/** generativelanguage.googleapis.com, a stream: of events with `alt=sse`, else of one array. */
export const geminiStream: Endpoint = {
  ...geminiGenerate,
  answer: (request, means) =>
    generate({
      caching: 'automatic',
      streamContentType: isSse(request) ? 'text/event-stream' : 'application/json; charset=UTF-8',
      read: (received) => read(received, true),
    })(request, means),
};

const isSse = ({ call }: ReceivedRequest): boolean => call.query.get('alt') === 'sse';

/** The model, where Google has one of that name. */
export function checkGeminiModel({ model }: ReceivedRequest): void {
  if (!isServed('gemini', model)) throw new Refusal({ kind: '404' });
}

function read(request: ReceivedRequest, stream: boolean): Understood {
  checkGeminiModel(request);
  const { body, model } = request;
  const problem = checkGenerateRequest(model, body);
  if (problem !== undefined) throw new Refusal({ kind: '400', message: problem });
  const asked = readGenerateAsk(model, body, stream);
  const { block } = readDirectives(asked.userText);
  // What is blocked is never answered, and so costs no output.
  const ask = block ? { ...asked, outputCapTokens: 0 } : asked;
  const style: ContentStyle = { includeThoughts: includesThoughts(body) };
  const sse = isSse(request);
  return {
    ask,
    whole: (reply) => {
      const content = block ? blockedContent(reply) : wholeContent(reply, style);
      return [frame('content', JSON.stringify(content, null, 2))];
    },
    stream: (reply) => writePieces(block ? [blockedPiece(reply)] : contentPieces(reply, style), sse),
    errorFrames: (failure, reply) => errorFrames(failure, reply, sse),
  };
}

const blockedPiece = (reply: Reply): WrittenContent => ({
  kind: 'closing',
  json: blockedContent(reply),
  answerBytes: 0,
});

function includesThoughts({ generationConfig: config }: JsonObject): boolean {
  const thinking = isJsonObject(config) ? config['thinkingConfig'] : undefined;
  return isJsonObject(thinking) && thinking['includeThoughts'] === true;
}

/** Lines end as they do on the real one. */
function* writePieces(pieces: Iterable<WrittenContent>, sse: boolean): Generator<Frame> {
  let first = true;
  for (const { kind, json, answerBytes } of pieces) {
    const text = JSON.stringify(json);
    yield frame(kind, sse ? `data: ${text}\r\n\r\n` : `${first ? '[' : ',\r\n'}${text}`, answerBytes);
    first = false;
  }
  if (!sse) yield frame('closing', ']');
}

function errorFrames(failure: Failure, reply: Reply, sse: boolean): readonly Frame[] {
  const text = JSON.stringify(geminiError(failure, reply).body);
  return [frame('closing', sse ? `data: ${text}\r\n\r\n` : `,\r\n${text}]`)];
}
