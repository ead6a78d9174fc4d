import type { Variables } from '@tollgate/config';
import type { ParsedArguments } from './arguments/parse-arguments.ts';
import type { AdminClient } from './client/admin-client.ts';

export interface Flag {
  readonly name: string;
  /** What stands for its value in the help; a flag without one is a switch. */
  readonly value?: string;
  /** One letter that may stand for it. */
  readonly short?: string;
  readonly repeatable?: true;
  readonly required?: true;
  readonly help: string;
}

export interface Positional {
  readonly name: string;
  readonly optional?: true;
  readonly help: string;
}

/** What a command found: printed as JSON with `--json`, else as text, if there is any. */
export interface Answer {
  readonly json: unknown;
  readonly text: string;
  /** 0 unless it says otherwise. */
  readonly exitCode?: number;
}

export interface Invocation {
  readonly given: ParsedArguments;
  readonly variables: Variables;
  /** Connects when it is first called. */
  readonly call: AdminClient['call'];
  /** For output that is too long to be held; what the answer has comes behind it. */
  print(text: string): Promise<void>;
}

/** One command: what it takes, what it says in the help, what it does. */
export interface Command {
  /** `keys create` */
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly Positional[];
  readonly flags: readonly Flag[];
  run(invocation: Invocation): Promise<Answer>;
}

/** Every command takes these too. */
export const commonFlags: readonly Flag[] = [
  { name: 'json', help: 'print JSON instead of text' },
  { name: 'help', short: 'h', help: 'show what the command takes' },
];
