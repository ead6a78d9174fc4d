import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';

/** Where in the answer's content the cited text stands, in UTF-16 units as OpenAI counts. */
export interface CitedSpan {
  readonly start: number;
  readonly end: number;
}

/** A citation of a web page as OpenAI's annotation; places within documents have none. */
export function mapCitation(citation: JsonValue | undefined, span: CitedSpan): JsonObject | undefined {
  if (!isJsonObject(citation)) return undefined;
  const url = citation['url'] ?? citation['source'];
  if (typeof url !== 'string' || !/^https?:/.test(url)) return undefined;
  const title = citation['title'];
  return {
    type: 'url_citation',
    url_citation: { url, title: typeof title === 'string' ? title : '', start_index: span.start, end_index: span.end },
  };
}
