import type { Clock, Protocol } from '@tollgate/core';
import type { Adapter } from './adapter.ts';
import { overChat } from './over-chat.ts';
import type { CallerProtocol } from './translation.ts';

/** How a kind of provider is asked, by the protocol of the call. What is absent it cannot be asked. */
export type ProviderKind = Readonly<Partial<Record<Protocol, Adapter>>>;

/** Protocols that callers speak, each with its translation to chat completions. */
export type CallerProtocols = ReadonlyMap<Protocol, CallerProtocol>;

/** Bytes pass in the protocols that the kind speaks itself; the callers' others are said over chat completions. */
export function completeKind(
  spoken: ProviderKind,
  callers: CallerProtocols,
  parts: { readonly clock: Clock },
): ProviderKind {
  const chat = spoken.openai_chat;
  if (chat === undefined) return spoken;
  const translated = Array.from(callers, ([protocol, caller]) => [protocol, overChat(chat, caller, parts)]);
  return { ...Object.fromEntries(translated), ...spoken };
}
