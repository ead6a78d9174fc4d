import {
  isJsonObject,
  jsonBodyOf,
  tryParseJson,
  type AttemptError,
  type Call,
  type Clock,
  type ProviderRequest,
} from '@tollgate/core';
import type { Adapter, AnswerFacts, StreamReader } from './adapter.ts';
import { malformedAnswer } from './answer-errors.ts';
import { inCallersWords, withCallersParam } from './caller-fields.ts';
import { defaultMaxEventBytes, SseParser, type SseEvent } from './sse-parser.ts';
import type { AnswerContext, AnswerWriter, CallerProtocol, ChatForm } from './translation.ts';

/** An adapter for calls of one protocol, made of a kind of provider's chat adapter: said as chat on the way out, and said back. */
export function overChat(chat: Adapter, protocol: CallerProtocol, { clock }: { readonly clock: Clock }): Adapter {
  // A call is said once, however many attempts and readings it takes; an entry lives as long as its call.
  const forms = new WeakMap<Call, ChatCall>();
  const chatCall = (call: Call): ChatCall => {
    const known = forms.get(call);
    if (known !== undefined) return known;
    const made = asChat(call, protocol.toChat(call));
    forms.set(call, made);
    return made;
  };
  // Which field says the cap is for the adapter to know: it is told the cap beside the body.
  const chatRequest = (request: ProviderRequest): ProviderRequest => ({
    ...request,
    call: chatCall(request.call).call,
    outputCapTokens: request.outputCapTokens ?? request.call.outputCapTokens,
  });
  const contextOf = ({ call, requestId }: ProviderRequest): AnswerContext => ({
    call,
    requestId,
    nowMs: clock.nowMs(),
  });
  return {
    buildRequest: (request) => {
      const { form } = chatCall(request.call);
      return inCallersWords(form, protocol.names, () => chat.buildRequest(chatRequest(request)));
    },
    createStreamReader: (request) =>
      new TranslatedReader(
        chat.createStreamReader(chatRequest(request)),
        protocol.createAnswerWriter(contextOf(request)),
      ),
    readWhole: (body, request) => {
      const answer = chat.readWhole(body, chatRequest(request));
      const completion = tryParseJson(answer.body.toString('utf8'));
      if (!isJsonObject(completion)) throw malformedAnswer('the answer is no JSON object');
      const said = protocol.writeWhole(completion, contextOf(request));
      return { body: Buffer.from(JSON.stringify(said)), facts: answer.facts };
    },
    readError: chat.readError,
    renameError: (error, { call }) => withCallersParam(error, chatCall(call).form, protocol.names),
    requestIdHeader: chat.requestIdHeader,
  };
}

interface ChatCall {
  readonly call: Call;
  readonly form: ChatForm;
}

/** Usage is always asked for: the caller's protocol tells it whether the caller asks or not. */
const asChat = (call: Call, form: ChatForm): ChatCall => ({
  call: { ...call, protocol: 'openai_chat', wantsStreamUsage: true, body: jsonBodyOf(form.body) },
  form,
});

/** Reads a provider's stream as chat chunks, and says those in the caller's protocol. */
class TranslatedReader implements StreamReader {
  readonly #chat: StreamReader;
  readonly #writer: AnswerWriter;
  readonly #parser = new SseParser({ maxEventBytes: defaultMaxEventBytes });
  #isEnded = false;

  constructor(chat: StreamReader, writer: AnswerWriter) {
    this.#chat = chat;
    this.#writer = writer;
  }

  get facts(): AnswerFacts {
    return this.#chat.facts;
  }

  get failure(): AttemptError | undefined {
    return this.#chat.failure;
  }

  push(chunk: Buffer): Buffer {
    return this.#say(this.#parser.push(this.#chat.push(chunk)));
  }

  end(): Buffer {
    const said = this.#say([...this.#parser.push(this.#chat.end()), ...this.#parser.end()]);
    return this.#isEnded ? said : Buffer.concat([said, this.#end()]);
  }

  #say(events: readonly SseEvent[]): Buffer {
    const said = events.map((event) => this.#sayOne(event));
    return said.length === 1 && said[0] !== undefined ? said[0] : Buffer.concat(said);
  }

  /** A comment is one in every protocol: it keeps the connection alive. Some servers go on behind `[DONE]`; no client of another protocol may. */
  #sayOne({ data, raw }: SseEvent): Buffer {
    if (data === undefined) return raw;
    if (this.#isEnded) return nothing;
    if (data === '[DONE]') return this.#end();
    const chunk = tryParseJson(data);
    if (!isJsonObject(chunk)) throw malformedAnswer('an event of the stream is no JSON object');
    return this.#writer.chunk(chunk);
  }

  #end(): Buffer {
    if (this.#isEnded) return nothing;
    this.#isEnded = true;
    return this.#writer.end();
  }
}

const nothing = Buffer.alloc(0);
