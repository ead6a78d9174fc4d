import { adminOperations } from '@tollgate/admin';
import type { Command } from '../command.ts';
import { formatTable } from '../output/table.ts';

const listDeadEvents: Command = {
  name: 'events dead list',
  summary: 'List usage events that could not be applied, with the reason.',
  positionals: [],
  flags: [],
  run: async ({ call }) => {
    const output = await call(adminOperations.listDeadEvents, {});
    const rows = output.events.map(({ id, reason, event }) => [id, reason, JSON.stringify(event)]);
    return {
      json: output,
      text: rows.length === 0 ? 'There are no dead events.' : formatTable(['ID', 'REASON', 'EVENT'], rows),
    };
  },
};

const replayDeadEvent: Command = {
  name: 'events dead replay',
  summary: 'Apply such an event after all, once its cause is mended.',
  positionals: [{ name: 'id', help: 'as `events dead list` shows it' }],
  flags: [],
  run: async ({ given, call }) => {
    const output = await call(adminOperations.replayDeadEvent, { id: given.needed('id') });
    return { json: output, text: `${output.id} was applied` };
  },
};

export const deadEventCommands: readonly Command[] = [listDeadEvents, replayDeadEvent];
