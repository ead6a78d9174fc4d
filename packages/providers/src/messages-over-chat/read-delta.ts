import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { textOf } from '../anthropic/chat-delta.ts';
import { answerTooLarge } from '../base/answer-errors.ts';
import { BlockSequence } from './block-sequence.ts';
import { mintCallId, shownCallId } from './call-ids.ts';
import { sealThinking } from './foreign-thinking.ts';
import { RedactedBlock, TextBlock, ThinkingBlock, ToolBlock } from './open-blocks.ts';

const anthropicFormat = 'anthropic-claude-v1';
/** Far beyond what a model can say; arguments and signatures are held in memory until they are whole. */
const maxContentBytes = 32 * 1024 * 1024;

/** Makes blocks of the deltas of one chat answer, or of its whole message. */
export class DeltaReader {
  readonly blocks = new BlockSequence();
  /** UTF-8 bytes of all that was said. */
  contentBytes = 0;
  /** Words of a refusal, which are told at the end. */
  refusal = '';
  readonly #requestId: string;
  readonly #tools = new Map<JsonValue | undefined, ToolBlock>();
  readonly #shownIds = new Set<string>();
  #calls = 0;

  constructor(requestId: string) {
    this.#requestId = requestId;
  }

  read(delta: JsonObject): void {
    this.#readReasoning(delta);
    this.#readContent(delta);
    this.refusal += this.#counted(textOf(delta['refusal']));
    if (isJsonArray(delta['tool_calls'])) {
      delta['tool_calls'].forEach((call, position) => {
        if (isJsonObject(call)) this.#readCall(call, position);
      });
    }
  }

  /** What a model said as its refusal, where the provider has no other place for it. */
  sayRefusal(): void {
    this.#say(this.refusal, undefined);
  }

  /** Details say all that the plain texts beside them say, and more. */
  #readReasoning(delta: JsonObject): void {
    const details = delta['reasoning_details'];
    if (isJsonArray(details) && details.length > 0) {
      for (const detail of details) if (isJsonObject(detail)) this.#readDetail(detail);
      return;
    }
    const text = textOf(delta['reasoning_content']) || textOf(delta['reasoning']);
    if (text !== '') this.#think('plain', { text, seal: () => sealThinking({}) });
  }

  #readDetail(detail: JsonObject): void {
    const { text, summary, signature, data, index, ...members } = detail;
    const isForeign = detail['format'] !== anthropicFormat;
    if (textOf(data) !== '') {
      this.#count(textOf(data));
      this.blocks.add(new RedactedBlock(isForeign ? sealThinking({ ...members, data }) : textOf(data)));
      return;
    }
    const seal = (signed: string): string =>
      isForeign || signed === ''
        ? sealThinking({ ...members, ...(signed === '' ? {} : { signature: signed }) })
        : signed;
    this.#think(`${textOf(detail['type'])} ${JSON.stringify(index)}`, {
      text: textOf(text) + textOf(summary),
      signature: textOf(signature),
      seal,
    });
  }

  #think(
    key: string,
    piece: { readonly text: string; readonly signature?: string; readonly seal: (signature: string) => string },
  ): void {
    const { latest } = this.blocks;
    const block =
      latest instanceof ThinkingBlock && latest.key === key
        ? latest
        : this.blocks.add(new ThinkingBlock(key, piece.seal));
    this.#count(piece.text);
    block.say(piece.text);
    block.sign(this.#counted(piece.signature ?? ''));
  }

  #readContent(delta: JsonObject): void {
    const { content, text_index: ordinal } = delta;
    const place = typeof ordinal === 'number' ? ordinal : undefined;
    if (typeof content === 'string') this.#say(content, place);
    else if (isJsonArray(content)) {
      for (const part of content) if (isJsonObject(part)) this.#say(textOf(part['text']), place);
    }
    for (const citation of citationsOf(delta)) this.#text(place).cite(citation);
  }

  #say(text: string, ordinal: number | undefined): void {
    if (text === '') return;
    this.#count(text);
    this.#text(ordinal).say(text);
  }

  #text(ordinal: number | undefined): TextBlock {
    const { latest } = this.blocks;
    if (latest instanceof TextBlock && (ordinal === undefined || ordinal === latest.ordinal)) return latest;
    return this.blocks.add(new TextBlock(ordinal));
  }

  /** Some servers count every call as the first one: another id is another call. */
  #readCall(call: JsonObject, position: number): void {
    const place = call['index'] ?? position;
    const id = textOf(call['id']);
    const known = this.#tools.get(place);
    const isNew = known === undefined || (id !== '' && known.givenId !== '' && id !== known.givenId);
    const block = isNew ? this.#startCall(place, id) : known;
    const called = isJsonObject(call['function']) ? call['function'] : {};
    const input = called['arguments'];
    const text = isJsonObject(input) ? JSON.stringify(input) : textOf(input);
    block.name(textOf(called['name']));
    this.#count(text);
    block.say(text);
  }

  #startCall(place: JsonValue, given: string): ToolBlock {
    this.#calls += 1;
    const wanted = given === '' ? '' : shownCallId(given);
    const isUsable = wanted !== '' && !this.#shownIds.has(wanted);
    const shown = isUsable ? wanted : mintCallId(this.#requestId, this.#calls);
    this.#shownIds.add(shown);
    const block = this.blocks.add(new ToolBlock({ given, shown }));
    this.#tools.set(place, block);
    return block;
  }

  #count(text: string): void {
    this.contentBytes += Buffer.byteLength(text);
    if (this.contentBytes > maxContentBytes) throw answerTooLarge(`the answer exceeds ${maxContentBytes} bytes`);
  }

  #counted(text: string): string {
    this.#count(text);
    return text;
  }
}

/** Anthropic's own, where the server tells them, else web pages in OpenAI's shape. */
function citationsOf(delta: JsonObject): readonly JsonObject[] {
  const { citations, annotations } = delta;
  if (isJsonArray(citations) && citations.length > 0) return citations.filter(isJsonObject);
  return isJsonArray(annotations) ? annotations.filter(isJsonObject).flatMap(webCitation) : [];
}

function webCitation(annotation: JsonObject): readonly JsonObject[] {
  const page = annotation['url_citation'];
  if (!isJsonObject(page) || typeof page['url'] !== 'string') return [];
  const title = typeof page['title'] === 'string' ? page['title'] : null;
  const text = textOf(page['content']);
  return [{ type: 'web_search_result_location', url: page['url'], title, cited_text: text, encrypted_index: '' }];
}
