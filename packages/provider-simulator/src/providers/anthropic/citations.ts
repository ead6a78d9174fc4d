import { isJsonObject, type JsonObject } from '@tollgate/core';
import { objectsOf, textOf } from '../read-members.ts';

/** What an answer cites of the documents in the last turn that allow it: the beginning of each. */
export function citationsOf(body: JsonObject): readonly JsonObject[] {
  const blocks = objectsOf(objectsOf(body['messages']).at(-1)?.['content']);
  return blocks
    .filter(({ type }) => type === 'document')
    .flatMap((block, index) => (isCitable(block) ? [citationOf(block, index)] : []));
}

const isCitable = ({ citations }: JsonObject): boolean => isJsonObject(citations) && citations['enabled'] === true;

const citedCharacters = 20;

function citationOf(block: JsonObject, index: number): JsonObject {
  const source = isJsonObject(block['source']) ? block['source'] : {};
  const about = { document_index: index, document_title: block['title'] ?? null, file_id: null };
  if (source['type'] === 'text') {
    const text = textOf(source['data']).slice(0, citedCharacters);
    return {
      type: 'char_location',
      cited_text: text,
      ...about,
      start_char_index: 0,
      end_char_index: text.length,
    };
  }
  if (source['type'] === 'content') {
    const text = textOf(objectsOf(source['content'])[0]?.['text']);
    return { type: 'content_block_location', cited_text: text, ...about, start_block_index: 0, end_block_index: 1 };
  }
  return { type: 'page_location', cited_text: 'the first page', ...about, start_page_number: 1, end_page_number: 2 };
}
