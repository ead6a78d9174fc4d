import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';

export interface StreamStyle {
  /** Characters of a delta; none are sent where it is zero, as some servers do with what is short. */
  readonly deltaLength: number;
  /** Whether events have names beside their types; OpenRouter's have none. */
  readonly isNamed: boolean;
}

/** A finished response as the stream that it came in. */
export function streamResponse(response: JsonObject, style: StreamStyle): string {
  const events: JsonObject[] = [];
  const emit = (type: string, members: JsonObject): void => {
    events.push({ type, sequence_number: events.length, ...members });
  };
  const opening = { ...response, status: 'in_progress', output: [], usage: null, incomplete_details: null };
  emit('response.created', { response: opening });
  emit('response.in_progress', { response: opening });
  objectsOf(response['output']).forEach((item, index) => streamItem(item, { emit, index, style }));
  emit(`response.${response['status'] === 'incomplete' ? 'incomplete' : 'completed'}`, { response });
  return events
    .map((event) => {
      const name = style.isNamed && typeof event['type'] === 'string' ? `event: ${event['type']}\n` : '';
      return `${name}data: ${JSON.stringify(event)}\n\n`;
    })
    .join('');
}

interface Place {
  readonly emit: (type: string, members: JsonObject) => void;
  readonly index: number;
  readonly style: StreamStyle;
}

function streamItem(item: JsonObject, place: Place): void {
  const { emit, index } = place;
  const at = { item_id: item['id'], output_index: index };
  emit('response.output_item.added', { output_index: index, item: emptied(item) });
  streamParts(item['summary'], place, { ...at, of: 'summary' });
  streamParts(item['content'], place, { ...at, of: 'content' });
  for (const [member, event] of [
    ['arguments', 'response.function_call_arguments'],
    ['input', 'response.custom_tool_call_input'],
  ] as const) {
    const input = item[member];
    if (typeof input !== 'string') continue;
    streamText(input, `${event}.delta`, { ...place, at });
    emit(`${event}.done`, { ...at, [member]: input });
  }
  emit('response.output_item.done', { output_index: index, item });
}

function emptied(item: JsonObject): JsonObject {
  if (item['type'] === 'message') return { ...item, status: 'in_progress', content: [] };
  if (item['type'] === 'reasoning') return { id: item['id'], type: 'reasoning', summary: [] };
  return { ...item, status: 'in_progress', ...('arguments' in item ? { arguments: '' } : { input: '' }) };
}

const eventOf: Readonly<Record<string, string>> = {
  output_text: 'response.output_text',
  refusal: 'response.refusal',
  reasoning_text: 'response.reasoning_text',
  summary_text: 'response.reasoning_summary_text',
};

function streamParts(parts: JsonValue | undefined, place: Place, { of, ...at }: JsonObject): void {
  objectsOf(parts).forEach((part, index) => {
    const inPart = { ...at, [of === 'summary' ? 'summary_index' : 'content_index']: index };
    const partEvent = of === 'summary' ? 'response.reasoning_summary_part' : 'response.content_part';
    const member = part['type'] === 'refusal' ? 'refusal' : 'text';
    const text = part[member];
    const event = typeof part['type'] === 'string' ? eventOf[part['type']] : undefined;
    if (typeof text !== 'string' || event === undefined) return;
    place.emit(`${partEvent}.added`, { ...inPart, part: { ...part, [member]: '', annotations: [] } });
    streamText(text, `${event}.delta`, { ...place, at: inPart });
    objectsOf(part['annotations']).forEach((annotation, annotationIndex) => {
      const members = { ...inPart, annotation_index: annotationIndex, annotation };
      if (place.style.deltaLength > 0) place.emit('response.output_text.annotation.added', members);
    });
    place.emit(`${event}.done`, { ...inPart, [member]: text });
    place.emit(`${partEvent}.done`, { ...inPart, part });
  });
}

function streamText(text: string, type: string, { emit, style, at }: Place & { readonly at: JsonObject }): void {
  const characters = Array.from(text);
  for (let from = 0; style.deltaLength > 0 && from < characters.length; from += style.deltaLength) {
    const delta = characters.slice(from, from + style.deltaLength).join('');
    emit(type, { ...at, delta, logprobs: [], obfuscation: 'aX3' });
  }
}

const objectsOf = (value: JsonValue | undefined): readonly JsonObject[] =>
  isJsonArray(value) ? value.filter(isJsonObject) : [];
