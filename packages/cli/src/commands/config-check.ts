import { checkConfig, formatProblem, readEnvironment, type Problem } from '@tollgate/config';
import type { Command } from '../command.ts';
import { count } from '../output/count.ts';

export const checkConfigCommand: Command = {
  name: 'config check',
  summary: 'Check config.yaml as a start would, without starting anything.',
  positionals: [{ name: 'path', optional: true, help: 'the file: TOLLGATE_CONFIG, else config.yaml, unless given' }],
  flags: [],
  run: ({ given, variables }) => {
    const path = given.positional('path') ?? readEnvironment(variables).configPath;
    const { config, problems, notes } = checkConfig({ path, environment: variables });
    const lines = [
      ...problems.map((problem) => formatProblem(path, problem)),
      ...notes.map((note) => `note: ${formatProblem(path, note)}`),
      config === undefined ? `${path} has ${count(problems.length, 'problem')}.` : `${path} is in order.`,
    ];
    return Promise.resolve({
      json: { path, ok: config !== undefined, problems: problems.map(viewProblem), notes: notes.map(viewProblem) },
      text: lines.join('\n'),
      exitCode: config === undefined ? 1 : 0,
    });
  },
};

const viewProblem = ({ path, line, message }: Problem) => ({ path, line: line ?? null, message });
