/** Something about the server that weakens what Tollgate promises, and what to do. */
export interface ServerConcern {
  readonly subject: 'eviction' | 'persistence' | 'memory' | 'role' | 'replication';
  readonly found: string;
  readonly advice: string;
}

/** Less is overrun by a replica that is away for a second or two under load: then all is copied anew. */
const leastBacklogBytes = 16 * 1024 * 1024;

/** What the text of `INFO` says that an operator should know. */
export function serverConcerns(info: string): readonly ServerConcern[] {
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1];
  const concerns: (ServerConcern | false)[] = [
    field('maxmemory_policy') !== 'noeviction' && {
      subject: 'eviction',
      found: `maxmemory-policy is ${field('maxmemory_policy') ?? 'unknown'}: Redis may throw limits and spend away`,
      advice: 'set it to noeviction',
    },
    field('aof_enabled') !== '1' && {
      subject: 'persistence',
      found: 'there is no append-only file: a restart of Redis forgets what came after its last snapshot',
      advice: 'set appendonly to yes',
    },
    field('maxmemory') === '0' && {
      subject: 'memory',
      found: 'maxmemory is not set: Redis grows until the machine ends it',
      advice: 'set it below what the machine has; admissions then stop in time, and settlements go on',
    },
    field('role') === 'slave' && {
      subject: 'role',
      found: 'the server is a replica, which takes no writes',
      advice: 'connect to the primary, or configure Sentinel',
    },
    Number(field('connected_slaves') ?? 0) > 0 &&
      Number(field('repl_backlog_size') ?? 0) < leastBacklogBytes && {
        subject: 'replication',
        found: `repl-backlog-size is ${field('repl_backlog_size') ?? 'unknown'} bytes: a short gap makes replicas copy everything anew`,
        advice: `set it to ${leastBacklogBytes} or more`,
      },
  ];
  return concerns.filter((concern) => concern !== false);
}
