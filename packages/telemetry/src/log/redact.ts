/**
 * The guard behind `Secret`: text that looks like a credential never reaches a line, wherever it came
 * from. Shapes: our keys, `sk-…` of the providers, bearer tokens, and what follows the name of a header
 * or query parameter that carries a key.
 */
const credential = new RegExp(
  [
    /tg_live_\w+/,
    // Not within a word such as "task-force", unless the letter before it is an escape like \n.
    /(?:(?<![a-z])|(?<=\\[bfnrt]))sk-[\w-]{8,}/,
    /(?<=Bearer[\s"'\\:=]{1,8})[^\s"'\\,;]+/,
    /(?<=(?:x-api-key|authorization)["'\\\s]{0,4}[:=]["'\\\s]{0,4}(?:(?:Basic|Bearer)\s{1,4})?)[^\s"'\\,;&]+/,
    /(?<=[?&](?:key|api_key|token|access_token)=)[^&\s"'\\]+/,
  ]
    .map((shape) => shape.source)
    .join('|'),
  'gi',
);

/** What every credential stands next to or begins with, as it looks in serialised JSON. Broader than `credential`. */
const suspicious = /tg_live_|sk-|bearer|api[-_]?key|authorization|cookie|[?&](?:key|token|access_token)=/i;

const credentialField = /^(?:x-api-key|api[-_]?key|authorization|cookie|set-cookie)$/i;

/** What stands in a line in place of a credential. */
export const redacted = '[redacted]';

/** The text without anything that looks like a credential. */
export const redactText = (text: string): string => text.replace(credential, redacted);

/** Whether any string of a serialised line could need redaction: cheap, and never wrongly false. */
export const mayHoldCredential = (line: string): boolean => suspicious.test(line);

/** Whether a field of this name holds a credential, whatever it looks like. */
export const isCredentialField = (name: string): boolean => credentialField.test(name);
