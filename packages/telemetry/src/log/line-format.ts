import { escaped } from '@tollgate/core';
import { toLoggable, type LogValue } from './log-value.ts';
import { mayHoldCredential } from './redact.ts';
import { cut, orderRequestLine, type RequestLine } from './request-line.ts';

/** Named values of a line; `time`, `level` and `msg` are the logger's own. */
export interface LogFields {
  readonly [field: string]: LogValue;
  readonly time?: never;
  readonly level?: never;
  readonly msg?: never;
}

/** What every line begins with, in this order. */
export interface LineHead {
  readonly time: string;
  readonly level: string;
  readonly msg: string;
}

/** The line of an event, as JSON. */
export const formatEvent = (head: LineHead, fields: LogFields): string =>
  JSON.stringify(toLoggable({ ...head, ...fields }));

/**
 * The line of a request, put together field by field: it is made with every call, and an object made only to be
 * serialised costs several times as much. Only what callers and operators wrote can need escapes or look like a credential.
 */
export function formatRequest(head: LineHead, line: RequestLine): string {
  const { client_request_id: clientId, tenant, tier, model, provider, provider_model: providerModel } = line;
  const tags = JSON.stringify(line.tags);
  if (mayHoldCredential(`${clientId} ${tenant} ${tier} ${model} ${provider} ${providerModel} ${tags}`)) {
    return JSON.stringify(toLoggable({ ...head, ...orderRequestLine(line) }));
  }
  const { time, level, msg } = head;
  return (
    `{"time":"${time}","level":"${level}","msg":"${msg}","request_id":"${line.request_id}",` +
    `"client_request_id":${quoted(cut(clientId))},"trace_id":${plain(line.trace_id)},` +
    `"tenant":${quoted(tenant)},"key_id":${plain(line.key_id)},"tier":${quoted(tier)},` +
    `"endpoint":${plain(line.endpoint)},"model":${quoted(cut(model))},"provider":${quoted(provider)},` +
    `"provider_model":${quoted(cut(providerModel))},"stream":${line.stream},"outcome":${plain(line.outcome)},` +
    `"refused_by":${plain(line.refused_by)},"status":${line.status},"error_code":${plain(line.error_code)},` +
    `"attempts":${line.attempts},"fallbacks":${line.fallbacks},"duration_ms":${line.duration_ms},` +
    `"time_to_first_token_ms":${line.time_to_first_token_ms},"overhead_ms":${line.overhead_ms},` +
    `"input_tokens":${line.input_tokens},"cache_read_tokens":${line.cache_read_tokens},` +
    `"cache_write_tokens":${line.cache_write_tokens},"output_tokens":${line.output_tokens},` +
    `"reasoning_tokens":${line.reasoning_tokens},"cost_usd":${plain(line.cost_usd)},` +
    `"cost_source":${plain(line.cost_source)},"estimated":${line.estimated},"tags":${tags}}`
  );
}

/** Any text as JSON. */
const quoted = (text: string | null): string => (text === null ? 'null' : `"${escaped(text)}"`);

/** A text of ours, in which nothing has to be escaped, as JSON. */
const plain = (text: string | null): string => (text === null ? 'null' : `"${text}"`);
