/** What a look at one thing found. `warn`: it works, and something about it should be known. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do about it. */
  readonly advice: string | null;
}

export const ok = (check: string, detail: string): Finding => ({ check, status: 'ok', detail, advice: null });

export const warn = (check: string, detail: string, advice: string): Finding => ({
  check,
  status: 'warn',
  detail,
  advice,
});

export const fail = (check: string, detail: string, advice: string): Finding => ({
  check,
  status: 'fail',
  detail,
  advice,
});
