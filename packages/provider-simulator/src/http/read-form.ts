import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { JsonObject } from '@tollgate/core';

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A form as it was uploaded: its fields as text, or lists of text where a name ends in `[]`, and its files. */
export interface UploadedForm {
  readonly fields: JsonObject;
  readonly files: ReadonlyMap<string, UploadedFile>;
}

/** Resolves to undefined where the body is no form. */
export function readForm(body: Buffer, contentType: string | undefined): Promise<UploadedForm | undefined> {
  return new Promise((resolve) => {
    try {
      const parser = new Busboy({ headers: { 'content-type': contentType ?? '' } });
      const form = collect(parser);
      parser.once('finish', () => resolve({ fields: Object.fromEntries(form.fields), files: form.files }));
      parser.once('error', () => resolve(undefined));
      parser.end(body);
    } catch {
      // A type without a boundary, or another type.
      resolve(undefined);
    }
  });
}

/** Fills as the form is read. */
function collect(parser: BusboyInstance) {
  const fields = new Map<string, string | readonly string[]>();
  const files = new Map<string, UploadedFile>();
  parser.on('field', (name, value) => {
    if (!name.endsWith('[]')) return void fields.set(name, value);
    const listed = fields.get(name.slice(0, -2));
    fields.set(name.slice(0, -2), [...(typeof listed === 'object' ? listed : []), value]);
  });
  parser.on('file', (name, stream, fileName) => {
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => files.set(name, { name: fileName, bytes: Buffer.concat(pieces) }));
  });
  return { fields, files };
}
