import { GatewayError } from '@tollgate/core';

export interface TagRules {
  readonly allowed: readonly string[];
}

const maxHeaderLength = 512;

/** `team=search,env=prod` to tags. Only allowed names: a typo would otherwise become a line in somebody's report. */
export function readTags(header: string | string[] | undefined, rules: TagRules): Readonly<Record<string, string>> {
  if (header === undefined) return noTags;
  if (typeof header !== 'string' || header.length > maxHeaderLength) throw malformed('is too long');
  const tags: Record<string, string> = {};
  for (const pair of header.split(',')) {
    const match = /^\s*([\w.-]{1,64})=([\w.:/@+-]{1,64})\s*$/.exec(pair);
    const [, name, value] = match ?? [];
    if (name === undefined || value === undefined) throw malformed('has to look like `team=search,env=prod`');
    if (!rules.allowed.includes(name)) {
      throw malformed(`names \`${name}\`, which is not configured; allowed: ${rules.allowed.join(', ') || 'none'}`);
    }
    if (Object.hasOwn(tags, name)) throw malformed(`names \`${name}\` twice`);
    tags[name] = value;
  }
  return tags;
}

const noTags: Readonly<Record<string, string>> = Object.freeze({});

const malformed = (what: string): GatewayError =>
  new GatewayError('invalid_tags', { message: `The header \`x-tollgate-tags\` ${what}.`, param: 'x-tollgate-tags' });
