/** One server-sent event. Line breaks in `data` become several data lines, as the format demands. */
export function sseEvent(event: { readonly event?: string; readonly data: string }): Buffer {
  const name = event.event === undefined ? '' : `event: ${event.event}\n`;
  return Buffer.from(`${name}data: ${event.data.replace(/\r\n|\r|\n/g, '\ndata: ')}\n\n`);
}

/** A comment: ignored by every client, it keeps a silent connection alive. */
export const sseComment = (text: string): Buffer => Buffer.from(`: ${text.replace(/[\r\n]+/g, ' ')}\n\n`);
