import type { Command } from './command.ts';
import { checkConfigCommand } from './commands/config-check.ts';
import { doctorCommand } from './commands/doctor.ts';
import { keyCommands } from './commands/keys.ts';
import { tenantCommands } from './commands/tenants.ts';

/** Every command, in the order of the help. docs/command-line.md lists the same, and a test holds the two together. */
export const commands: readonly Command[] = [...tenantCommands, ...keyCommands, checkConfigCommand, doctorCommand];
