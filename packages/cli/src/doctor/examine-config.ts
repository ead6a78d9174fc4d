import { formatProblem, type CheckedConfig } from '@tollgate/config';
import { count } from '../output/count.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** config.yaml, and whether any provider can be called. */
export function examineConfig(path: string, { config, problems, notes }: CheckedConfig): readonly Finding[] {
  if (config === undefined) {
    return problems.map((problem) => fail('config', formatProblem(path, problem), 'mend it: nothing starts with it'));
  }
  const usable = [...config.providers.values()].filter((provider) => provider.usable).map(({ name }) => name);
  return [
    ok('config', `${path} is in order`),
    ...(notes.length === 0
      ? []
      : [warn('config notes', count(notes.length, 'note'), '`tollgate config check` shows them')]),
    usable.length > 0
      ? ok('providers', `with a key: ${usable.join(', ')}`)
      : warn('providers', 'none has a key', 'set one, such as OPENROUTER_API_KEY: only `npm start` goes without'),
  ];
}
