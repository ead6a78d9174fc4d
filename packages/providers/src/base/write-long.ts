/**
 * A request's long body, as undici writes an iterable: what follows the bytes is asked for once the kernel has them, or the
 * socket is closed and its writes with it. Nothing reads them on its behalf from then on.
 */
export function* writeLong(
  bytes: Buffer,
  { onBegin, onWritten }: { readonly onBegin: () => void; readonly onWritten: () => void },
): Generator<Buffer, void> {
  onBegin();
  yield bytes;
  onWritten();
}
