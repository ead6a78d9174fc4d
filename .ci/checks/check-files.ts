import { basename } from 'node:path';
import type { Problem, SourceFile } from './problem.ts';

const longestFileLines = 300;

/** Names that say nothing: any file could have them. */
const emptyNames = /^(?:utils?|helpers?|managers?|data|common|misc)$/;

/** Built from pieces, or this file would be its own first finding. */
const unfinished = new RegExp(`\\b(?:${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|${['X', 'XX'].join('')})\\b`);
const silenced = new RegExp(['(?:eslint|oxlint)-', 'disable|@ts-', '(?:ignore|expect-error|nocheck)'].join(''));

/** Length, name and words of a source file. */
export function checkFile(file: SourceFile): readonly Problem[] {
  return [...checkLength(file), ...checkName(file), ...checkWords(file)];
}

function checkLength({ path, text }: SourceFile): readonly Problem[] {
  const lines = text.replace(/\n$/, '').split('\n').length;
  if (!path.includes('/src/') || lines <= longestFileLines) return [];
  return [
    {
      file: path,
      found: `${lines} lines`,
      rule: `A source file has at most ${longestFileLines} lines, and about 150 is usual.`,
      remedy: 'Find the second thing in it and give that a file of its own.',
    },
  ];
}

function checkName({ path }: SourceFile): readonly Problem[] {
  const word = basename(path)
    .split(/[.-]/)
    .find((part) => emptyNames.test(part));
  if (word === undefined) return [];
  return [
    {
      file: path,
      found: `\`${word}\` in a file name`,
      rule: 'A file is named by a noun or verb-object that says what is in it.',
      remedy: 'Name what it does; where it does several things, split it.',
    },
  ];
}

function checkWords({ path, text }: SourceFile): readonly Problem[] {
  return text.split('\n').flatMap((content, index) => {
    const place = { file: path, line: index + 1 };
    const left = unfinished.exec(content)?.[0];
    const hushed = silenced.exec(content)?.[0];
    return [
      ...(left === undefined
        ? []
        : [{ ...place, found: left, rule: 'Work is finished or it is an issue.', remedy: 'Do it now, or file it.' }]),
      ...(hushed === undefined
        ? []
        : [
            {
              ...place,
              found: hushed,
              rule: 'Compiler and linter are obeyed, not silenced in the code.',
              remedy:
                'Change the code; where the rule is wrong for a kind of file, say so with its reason in .oxlintrc.json.',
            },
          ]),
    ];
  });
}

/** A lockfile with addresses would tie every install to one registry. */
export function checkLockfile({ path, text }: SourceFile): readonly Problem[] {
  return text.split('\n').flatMap((content, index) =>
    /https?:\/\/|tarball:/.test(content)
      ? [
          {
            file: path,
            line: index + 1,
            found: content.trim(),
            rule: 'The lockfile names packages by version and integrity, never by address.',
            remedy: 'Install with the default registry settings and commit the lockfile that comes out.',
          },
        ]
      : [],
  );
}
