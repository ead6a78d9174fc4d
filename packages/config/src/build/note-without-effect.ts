import type { ConfigFile } from '../schema/config-file.ts';
import { addNote, type Report } from './report.ts';

const message = 'is read, but has no effect in this release: leave it out until one that has it';

/** Settings whose names are fixed ahead of what they will do. Whoever sets one is told, or they would rely on it. */
export function noteWithoutEffect(file: ConfigFile, report: Report): void {
  if (file.logging.content === 'on') addNote(report, ['logging', 'content'], message);
}
