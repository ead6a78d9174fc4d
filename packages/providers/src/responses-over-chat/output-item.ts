import type { JsonObject } from '@tollgate/core';
import type { Emit } from './event-log.ts';

export type ItemStatus = 'completed' | 'incomplete';

/** An item of the output that is being written. */
export interface OutputItem {
  readonly outputIndex: number;
  /** Ends the item. Returns it as it stands in the response. */
  close(status: ItemStatus): JsonObject;
}

/** An item's place, and how its changes are told. */
export interface ItemPlace {
  readonly emit: Emit;
  readonly outputIndex: number;
  readonly id: string;
}

/** Members of events within an item. */
export const placeOf = ({ id, outputIndex }: ItemPlace): JsonObject => ({ item_id: id, output_index: outputIndex });

export const announceItem = ({ emit, outputIndex }: ItemPlace, item: JsonObject): void =>
  emit('response.output_item.added', { output_index: outputIndex, item });

export function finishItem({ emit, outputIndex }: ItemPlace, item: JsonObject): JsonObject {
  emit('response.output_item.done', { output_index: outputIndex, item });
  return item;
}
