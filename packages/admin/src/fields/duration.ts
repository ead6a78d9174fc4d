const msPerUnit: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** A century: what lies beyond is a slip, and dates end somewhere. */
const longestMs = 36_525 * 86_400_000;

/** `90d`, `24h`, `30m`, `45s`, `2w` or `0` in ms; undefined where it is no duration. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const [, count, unit] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  const ms = Number(count) * (msPerUnit[unit ?? ''] ?? Number.NaN);
  return ms <= longestMs ? ms : undefined;
}
