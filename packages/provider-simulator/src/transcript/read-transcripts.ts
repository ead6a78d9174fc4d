import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseAllDocuments, type ScalarTag } from 'yaml';
import type { Exchange } from './exchange.ts';
import { readBareBody } from './read-bare-body.ts';
import { isRigDocument, readRigDocument } from './read-rig.ts';
import { readVcrDocument } from './read-vcr.ts';

/**
 * The exchanges of a recorded transcript, in order. Reads VCR and go-vcr cassettes (`*.yaml` with
 * `interactions:` or `http_interactions:`), rig cassettes (`when:`/`then:` documents), and answers alone:
 * `*.chunks.txt` (one JSON event a line), `*.sse`, `*.txt`, `*.json`.
 * Throws an Error that names the file where it is none of these.
 */
export function readTranscripts(path: string): readonly Exchange[] {
  const bytes = readFileSync(path);
  try {
    return /\.ya?ml$/.test(path) ? readCassette(bytes.toString('utf8')) : [readBareBody(basename(path), bytes)];
  } catch (error) {
    throw new Error(`${path} is not a transcript: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Ruby writes the tag `!binary`, everyone else YAML's own `!!binary`. */
const rubyBinary: ScalarTag = { tag: '!binary', resolve: (text) => Buffer.from(text, 'base64') };

function readCassette(text: string): readonly Exchange[] {
  const documents = parseAllDocuments(text, { customTags: ['binary', rubyBinary] });
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value: unknown = document.toJS();
    return isRigDocument(value) ? [readRigDocument(value)] : readVcrDocument(value);
  });
}
