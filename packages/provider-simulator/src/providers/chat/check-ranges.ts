import type { JsonObject, JsonValue } from '@tollgate/core';
import { outOfRange, wrongType, type ChatProblem } from './problems.ts';

/** The numbers that a member may have. */
export interface Range {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

/** The first member that is no number, or not within its range. */
export const checkRanges = (ranges: readonly Range[], body: JsonObject): ChatProblem | undefined =>
  ranges.map((range) => checkRange(range, body[range.name])).find((problem) => problem !== undefined);

function checkRange(
  { name, least, most, whole = false }: Range,
  value: JsonValue | undefined,
): ChatProblem | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || (whole && !Number.isInteger(value))) {
    return wrongType(name, whole ? 'an integer' : 'a decimal', value);
  }
  if (value < least) return outOfRange(name, `>= ${least}`, { value, code: 'integer_below_min_value' });
  return value > most ? outOfRange(name, `<= ${most}`, { value, code: 'integer_above_max_value' }) : undefined;
}
