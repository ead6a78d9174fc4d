import { admin, type NodeProcess } from './node-process.ts';

export interface ChatBody {
  readonly model?: string;
  readonly content?: string;
  readonly stream?: boolean;
  readonly max_tokens?: number;
}

/** A chat completion at a node of its own process. */
export const chatAt = (node: Pick<NodeProcess, 'url'>, key: string, { content = 'hi', ...body }: ChatBody = {}) =>
  fetch(`${node.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'sim-openai', messages: [{ role: 'user', content }], ...body }),
  });

/** The answer's status and error code, its body read to the end. */
export async function outcomeOf(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  const body = (await response.json()) as { error?: { code?: string } };
  return `${response.status} ${body.error?.code ?? 'ok'}`;
}

export async function createKeyAt(node: NodeProcess, tenant: string, options: object): Promise<string> {
  const { key } = await admin(node, `POST /tenants/${tenant}/keys`, { tier: 'pro', ...options });
  return String(key);
}

/** The value of a metric with those labels, as `name{label="value"}`. */
export async function metricAt(node: Pick<NodeProcess, 'operatorUrl'>, series: string): Promise<number> {
  const text = await (await fetch(`${node.operatorUrl}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}
