import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readEnvironment } from '../src/index.ts';
import { configShape, entryShape, memberShape, shapeName, type SettingShape } from '../src/schema/setting-shape.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** Rows of the document's tables whose first cell is code, by that cell. */
const documented = new Map(
  [...read('docs/configuration.md').matchAll(/^\| `([^`]+)` +\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)].map(
    ([, name = '', type = '', otherwise = '', meaning = '']) => [name, { type, otherwise, meaning }],
  ),
);

interface Setting {
  readonly path: string;
  readonly type: string;
  readonly otherwise: string;
}

/** Every setting that can be written at the path or inside it. */
function settingsOf(shape: SettingShape, path: string, required: boolean): readonly Setting[] {
  const entry = entryShape(shape);
  const otherwise = required
    ? 'required'
    : shape.default === undefined
      ? 'none'
      : `\`${JSON.stringify(shape.default)}\``;
  const self: Setting = { path, type: typeOf(shape), otherwise };
  if (entry !== undefined) return [self, ...(isContainer(entry) ? settingsOf(entry, `${path}[]`, false) : [])];
  if (!isContainer(shape)) return [self];
  const free = memberShape(shape, '');
  const named = Object.keys(shape.properties ?? {}).map((key) => [key, memberShape(shape, key)] as const);
  const members = free === undefined ? named : [['<name>', free] as const];
  const prefix = path === '' ? '' : `${path}.`;
  const inside = members.flatMap(([key, member]) =>
    member === undefined ? [] : settingsOf(member, `${prefix}${key}`, shape.required?.includes(key) ?? false),
  );
  return free === undefined || path.endsWith('<name>') ? inside : [self, ...inside];
}

const isContainer = (shape: SettingShape): boolean => shape.type === 'object';

function typeOf(shape: SettingShape): string {
  const entry = entryShape(shape);
  if (entry?.enum !== undefined) return shapeName(entry).replace('one of', 'list of');
  if (entry !== undefined) return isContainer(entry) ? 'list' : `list of ${typeOf(entry)}s`.replace('texts', 'text');
  return shapeName(shape).replace(/^an? /, '');
}

/** The rates inside `above` and `service_tiers` repeat those of the price itself; its own row speaks for them. */
const isRepeatedRate = ({ path }: Setting): boolean => /\.service_tiers\.|\.above\[\]\.(?!input_tokens)/.test(path);

const settings = settingsOf(configShape(), '', false).filter((setting) => !isRepeatedRate(setting));
const variables = variablesRead();

function variablesRead(): ReadonlySet<string> {
  const names = new Set<string>();
  readEnvironment(
    new Proxy(
      {},
      {
        get: (_, name) => {
          names.add(String(name).replace(/_FILE$/, ''));
          return undefined;
        },
      },
    ),
  );
  return names;
}

test('every setting is documented, with its type and default', () => {
  for (const { path, type, otherwise } of settings) {
    const row = documented.get(path);
    assert.ok(row, `docs/configuration.md lacks \`${path}\``);
    assert.deepEqual({ path, type: row.type, otherwise: row.otherwise }, { path, type, otherwise });
  }
});

test('every environment variable is documented', () => {
  for (const name of variables) assert.ok(documented.has(name), `docs/configuration.md lacks \`${name}\``);
});

test('nothing is documented that does not exist', () => {
  const known = new Set([...settings.map(({ path }) => path), ...variables]);
  assert.deepEqual(
    [...documented.keys()].filter((name) => !known.has(name)),
    [],
  );
});

test('.env.example names every variable that is read, by the code or by config.yaml', () => {
  const named = new Set([...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name));
  const referenced = [...read('config.yaml').matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name);
  for (const name of [...variables, ...referenced.filter((each) => each !== 'NAME')]) {
    assert.ok(named.has(name), `.env.example lacks ${name}`);
  }
});
