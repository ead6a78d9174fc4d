import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean …?` where a known name is near, else nothing. */
export function suggestion(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const meant = closest(name, known);
  return distance(name, meant) <= Math.max(1, Math.floor(name.length / 3)) ? `; did you mean ${meant}?` : '';
}
