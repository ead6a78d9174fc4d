import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The program's path, where PATH has it. */
export function onPath(program: string): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, program));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
