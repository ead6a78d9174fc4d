import type { Command } from './command.ts';
import { checkConfigCommand } from './commands/config-check.ts';
import { deadEventCommands } from './commands/dead-events.ts';
import { doctorCommand } from './commands/doctor.ts';
import { keyCommands } from './commands/keys.ts';
import { ledgerCommands } from './commands/ledger.ts';
import { repriceLedgerCommand } from './commands/reprice-ledger.ts';
import { tenantCommands } from './commands/tenants.ts';
import { usageCommand } from './commands/usage.ts';

/** Every command, in the order of the help. docs/command-line.md lists the same, and a test holds the two together. */
export const commands: readonly Command[] = [
  ...tenantCommands,
  ...keyCommands,
  usageCommand,
  ...ledgerCommands,
  repriceLedgerCommand,
  ...deadEventCommands,
  checkConfigCommand,
  doctorCommand,
];
