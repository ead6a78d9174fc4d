import { parseJsonBody, Secret, type Call, type JsonObject, type ProviderRequest } from '@tollgate/core';

export interface RequestOptions {
  readonly body?: JsonObject | string;
  readonly wantsStreamUsage?: boolean;
  readonly providerModel?: string;
  readonly outputCapTokens?: number;
  readonly secret?: string;
  readonly connectTimeoutMs?: number;
  readonly traceparent?: string;
  readonly callerHeaders?: NonNullable<Call['callerHeaders']>;
}

const defaultBody = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };

/** A request as the gateway would make it of this body. */
export function providerRequest(options: RequestOptions = {}): ProviderRequest {
  const text = typeof options.body === 'string' ? options.body : JSON.stringify(options.body ?? defaultBody);
  const body = parseJsonBody(Buffer.from(text));
  return {
    call: {
      endpoint: 'chat_completions',
      protocol: 'openai_chat',
      model: 'm',
      stream: body.value['stream'] === true,
      wantsStreamUsage: options.wantsStreamUsage ?? false,
      choices: 1,
      outputCapTokens: undefined,
      serviceTier: undefined,
      body,
      ...(options.callerHeaders === undefined ? {} : { callerHeaders: options.callerHeaders }),
    },
    target: { provider: 'p', providerModel: options.providerModel ?? 'm', weight: undefined },
    credential: { name: 'a', secret: new Secret(options.secret ?? 'sk-secret-credential') },
    outputCapTokens: options.outputCapTokens,
    connectTimeoutMs: options.connectTimeoutMs ?? 5000,
    requestId: 'req-1',
    traceparent: options.traceparent,
  };
}

export const streamingBody = { ...defaultBody, stream: true };
