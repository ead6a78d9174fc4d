/** The calls that are sent. What the mock is to do stands in the prompt (mock-process.ts). */
export interface CallShape {
  readonly model?: string;
  /** Of the whole body, about. */
  readonly bytes?: number;
  readonly stream?: { readonly frames: number; readonly everyMs: number };
}

export const benchModel = 'gpt-4o-mini';

export function callBody({ model = benchModel, bytes = 200, stream }: CallShape = {}): string {
  const order = stream === undefined ? '' : `frames=${stream.frames} every=${stream.everyMs} `;
  const shape = (content: string): string =>
    JSON.stringify({
      model,
      ...(stream === undefined ? {} : { stream: true }),
      messages: [{ role: 'user', content: `${order}${content}` }],
      max_tokens: 200,
    });
  const words = Math.max(1, Math.ceil((bytes - shape('').length) / 5));
  return shape('word '.repeat(words));
}
