import { readVariable, type Variables } from '../environment/read-variable.ts';

export type Interpolated =
  { readonly kind: 'done'; readonly text: string } | { readonly kind: 'failed'; readonly message: string };

const reference = /\$\$\{|\$\{([^}]*)\}|\$\{/g;
const nameAndDefault = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * Replaces `${NAME}` and `${NAME:-default}` (where unset or empty) by the environment's values; `$${`
 * stands for `${`. Works on one parsed scalar, so that a value can never become YAML.
 */
export function interpolate(text: string, variables: Variables): Interpolated {
  const problems: string[] = [];
  const replaced = text.replaceAll(reference, (match, inner: string | undefined) => {
    if (match === '$${') return '${';
    const resolved = resolve(inner, variables);
    if (resolved.kind === 'failed') problems.push(resolved.message);
    return resolved.kind === 'done' ? resolved.text : '';
  });
  const [message] = problems;
  return message === undefined ? { kind: 'done', text: replaced } : { kind: 'failed', message };
}

function resolve(inner: string | undefined, variables: Variables): Interpolated {
  const [, name, otherwise] = nameAndDefault.exec(inner ?? '') ?? [];
  if (name === undefined) {
    const message = 'a reference is `${NAME}` or `${NAME:-default}`; write `$${` for the characters themselves';
    return { kind: 'failed', message };
  }
  const variable = readVariable(variables, name);
  if (variable.kind === 'unreadable') return { kind: 'failed', message: variable.message };
  const text = variable.kind === 'set' ? variable.text : undefined;
  if (otherwise !== undefined && (text === undefined || text === '')) return { kind: 'done', text: otherwise };
  if (text !== undefined) return { kind: 'done', text };
  const message = `the environment variable ${name} is not set: set it, or write a default: \`\${${name}:-…}\``;
  return { kind: 'failed', message };
}
