import type * as z from 'zod';
import { toDotPath } from 'zod/v4/core';
import { StoreError } from '@tollgate/core';
import { AdminError } from './admin-error.ts';
import type { AdminContext } from './context.ts';

/**
 * One administrative operation, described once for the command line and the admin API.
 * Members of the input that `path` names with a colon travel in the path, all others in the body, or of a `GET` as text in
 * the query.
 */
export interface AdminOperation<Input = unknown, Output = unknown> {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Under `/admin/v1`. */
  readonly path: string;
  readonly successStatus: 200 | 201;
  readonly input: z.ZodType<unknown, Input>;
  readonly output: z.ZodType<Output>;
  /** Validates `input` and runs. Rejects with `AdminError`, or with what nobody foresaw. */
  execute(context: AdminContext, input: unknown): Promise<Output>;
}

interface Definition<Input, Parsed, Output> {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly successStatus?: 201;
  readonly input: z.ZodType<Parsed, Input>;
  readonly output: z.ZodType<Output>;
  run(context: AdminContext, input: Parsed): Promise<Output>;
}

export const defineOperation = <Input, Parsed, Output>(
  definition: Definition<Input, Parsed, Output>,
): AdminOperation<Input, Output> => ({
  name: definition.name,
  method: definition.method,
  path: definition.path,
  successStatus: definition.successStatus ?? 200,
  input: definition.input,
  output: definition.output,
  execute: async (context, input) => {
    const parsed = definition.input.safeParse(input);
    if (!parsed.success) throw new AdminError('invalid_input', describeIssues(parsed.error));
    try {
      return await definition.run(context, parsed.data);
    } catch (error) {
      if (error instanceof StoreError) throw new AdminError('store_unavailable', error.message, error);
      throw error;
    }
  },
});

const describeIssues = (error: z.ZodError): string => [...new Set(error.issues.map(describeIssue))].join('; ');

function describeIssue(issue: z.core.$ZodIssue): string {
  const field = toDotPath(issue.path);
  if (issue.code === 'unrecognized_keys') return `unknown field: ${issue.keys.map((key) => `\`${key}\``).join(', ')}`;
  const [alternative] = issue.code === 'invalid_union' ? issue.errors.map((issues) => issues.at(-1)).toReversed() : [];
  const message = alternative?.message ?? issue.message;
  return field === '' ? message : `\`${field}\` ${message}`;
}
