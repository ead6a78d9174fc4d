import { posix } from 'node:path';
import type { Problem, SourceFile } from './problem.ts';

/** Paths of files and folders, and the text of those documents that can be linked into. */
export interface LinkTargets {
  exists(path: string): boolean;
  document(path: string): string | undefined;
}

/** Relative links of a Markdown document lead somewhere, their `#anchors` to a heading. */
export function checkLinks(file: SourceFile, targets: LinkTargets): readonly Problem[] {
  return withoutCode(file.text)
    .split('\n')
    .flatMap((content, index) =>
      [...content.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
        const link = match[1] ?? '';
        const found = /^[a-z]+:/.test(link) ? undefined : whatIsWrong(file, link, targets);
        if (found === undefined) return [];
        const rule = 'Every relative link in the documents resolves.';
        return [{ file: file.path, line: index + 1, found, rule, remedy: 'Mend the link, or remove it.' }];
      }),
    );
}

function whatIsWrong(file: SourceFile, link: string, targets: LinkTargets): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file.path : posix.join(posix.dirname(file.path), decodeURIComponent(path));
  if (!targets.exists(target)) return `\`${link}\` leads to ${target}, which does not exist`;
  if (anchor === undefined) return undefined;
  const text = path === '' ? file.text : targets.document(target);
  if (text === undefined || anchorsOf(text).has(anchor)) return undefined;
  return `${target} has no heading for \`#${anchor}\``;
}

const anchorsOf = (markdown: string): ReadonlySet<string> =>
  new Set(
    [...withoutBlocks(markdown).matchAll(/^#{1,6}\s+(.+?)\s*$/gm)].map((match) =>
      (match[1] ?? '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  );

/** Code blanked out, line by line: what looks like a heading or a link there is none. */
const withoutBlocks = (markdown: string): string =>
  markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, (block) => block.replace(/[^\n]/g, ''));

const withoutCode = (markdown: string): string => withoutBlocks(markdown).replace(/`[^`\n]*`/g, '');
