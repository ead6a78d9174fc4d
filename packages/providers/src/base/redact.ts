const redacted = '[redacted]';

/** Longest text of a provider that is passed on. */
const maxLength = 2000;

/**
 * Ids of our accounts and pieces of our keys, as providers put them into error texts: OpenAI's
 * `org-…`, `proj_…`, `sk-…****…`, OpenRouter's `user_…`, Anthropic's organisation UUID.
 */
const ours = [
  /\b(?:org|proj|user|acct|key|wrkspc|workspace)[-_][A-Za-z0-9]{6,}/g,
  /\b(?:sk|rk|pk|gsk|xai)[-_][A-Za-z0-9_*-]{6,}/g,
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /\bBearer\s+[^\s"']+/gi,
];

/** A provider's words without what is ours, bounded in length: fit for a caller and for a log. */
export function redactProviderText(text: string): string {
  const safe = ours.reduce((current, pattern) => current.replace(pattern, redacted), text);
  return safe.length > maxLength ? `${safe.slice(0, maxLength)}…` : safe;
}

/** A body without the credential that the request carried, should the provider echo it. */
export function redactCredential(body: Buffer, secret: string): Buffer {
  if (secret === '' || !body.includes(secret)) return body;
  return Buffer.from(body.toString('utf8').replaceAll(secret, redacted));
}
