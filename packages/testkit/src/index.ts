export * from './ask-redis.ts';
export * from './fault-proxy.ts';
export * from './redis.ts';
export * from './redis-topologies.ts';
export * from './manual-clock.ts';
export * from './redis-connection.ts';
export * from './watch-commands.ts';
