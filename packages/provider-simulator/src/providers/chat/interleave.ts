/** One from each in turn until all are spent: the choices of a stream arrive mixed. */
export function* interleave<T>(sources: readonly Iterable<T>[]): Generator<T> {
  let open = sources.map((source) => source[Symbol.iterator]());
  while (open.length > 0) {
    const live: Iterator<T>[] = [];
    for (const source of open) {
      const next = source.next();
      if (next.done === true) continue;
      live.push(source);
      yield next.value;
    }
    open = live;
  }
}
