import * as z from 'zod';
import type { Path } from '../problem.ts';
import { configFileSchema } from './config-file.ts';

/** What may stand at one place of config.yaml, as JSON Schema. */
export type SettingShape = z.core.JSONSchema.BaseSchema;

/** The whole of config.yaml. Made anew each time: only error messages and tests ask for it. */
export const configShape = (): SettingShape => z.toJSONSchema(configFileSchema, { io: 'input' });

/** What may stand at the path; undefined where nothing may. */
export function shapeAt(path: Path): SettingShape | undefined {
  let shape: SettingShape | undefined = configShape();
  for (const step of path) shape = typeof step === 'number' ? entryShape(shape) : memberShape(shape, step);
  return shape;
}

/** Of a list's entries. */
export const entryShape = (shape: SettingShape | undefined): SettingShape | undefined =>
  Array.isArray(shape?.items) ? undefined : asShape(shape?.items);

/** Of a mapping's member; in a mapping with free keys, of any. */
export const memberShape = (shape: SettingShape | undefined, key: string): SettingShape | undefined =>
  asShape(shape?.properties?.[key] ?? shape?.additionalProperties);

const asShape = (schema: boolean | SettingShape | undefined): SettingShape | undefined =>
  typeof schema === 'object' ? schema : undefined;

/** What to write there, in words. */
export function shapeName(shape: SettingShape | undefined): string {
  if (shape?.const !== undefined) return `\`${shape.const}\``;
  if (shape?.enum !== undefined) return `one of ${shape.enum.map((value) => `\`${value}\``).join(', ')}`;
  switch (shape?.type) {
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return '`true` or `false`';
    case 'array':
      return 'a list';
    case 'object':
      return 'a mapping';
    case 'string':
      return 'text';
    default:
      return 'an amount of USD';
  }
}
