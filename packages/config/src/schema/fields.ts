import * as z from 'zod';

/** Counts, sizes and durations: whole and above zero. */
export const count = z.int().positive();

/** A duration of which zero means off. */
export const countOrOff = z.int().nonnegative();

export const text = z.string().min(1);

/** May come out empty from `${NAME:-}`, which is the same as leaving it out. */
export const optionalText = z.string().optional();

/** A name that appears in logs, metric labels and `provider/model`. */
export const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, {
  error: 'a name is 1 to 64 letters, digits, `_`, `.` or `-`, and begins with a letter or digit',
});

/** A model's name, or with one `*` a rule for many. */
export const modelName = z.string().regex(/^(?=.)[^\s*]{0,200}\*?[^\s*]{0,200}$/, {
  error: 'a model name holds no spaces and at most one `*`',
});

/** USD, as a number or decimal text. */
export const usdAmount = z.union([z.number(), z.string()]);
