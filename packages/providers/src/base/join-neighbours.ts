const nothing = Buffer.alloc(0);

/** Pieces in order as one buffer; without a copy where they lie side by side in memory, as events of one chunk do. */
export function joinNeighbours(pieces: readonly Buffer[]): Buffer {
  const [first] = pieces;
  if (first === undefined) return nothing;
  if (pieces.length === 1) return first;
  let end = first.byteOffset;
  for (const piece of pieces) {
    if (piece.buffer !== first.buffer || piece.byteOffset !== end) return Buffer.concat(pieces);
    end += piece.length;
  }
  return Buffer.from(first.buffer, first.byteOffset, end - first.byteOffset);
}
