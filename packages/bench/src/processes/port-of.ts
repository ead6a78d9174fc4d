/** Of an address that a process of ours sent when it listened. */
export function portOf(message: unknown): number {
  if (typeof message === 'object' && message !== null && 'port' in message && typeof message.port === 'number') {
    return message.port;
  }
  throw new Error('the process did not say where it listens');
}
