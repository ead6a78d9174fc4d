import type { FileHandle } from 'node:fs/promises';

const blockBytes = 65_536;
const newline = 0x0a;

/** The last whole line of a file, without its end, and how long the file is up to there. */
export async function readLastLine(file: FileHandle): Promise<{ readonly line: string; readonly endBytes: number }> {
  const { size } = await file.stat();
  let tail = Buffer.alloc(0);
  let start = size;
  for (;;) {
    const end = tail.lastIndexOf(newline);
    const before = end === -1 ? -1 : tail.lastIndexOf(newline, end - 1);
    // Of a line that begins the file nothing is before it.
    if (end !== -1 && (before !== -1 || start === 0) && end > 0) {
      return { line: tail.toString('utf8', before + 1, end), endBytes: start + end + 1 };
    }
    if (start === 0) return { line: '', endBytes: 0 };
    const length = Math.min(blockBytes, start);
    const block = Buffer.alloc(length);
    start -= length;
    await file.read(block, 0, length, start);
    tail = Buffer.concat([block, tail]);
  }
}
