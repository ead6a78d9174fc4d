export * from './redis.ts';
export * from './manual-clock.ts';
export * from './watch-commands.ts';
