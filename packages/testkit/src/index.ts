export * from './redis.ts';
export * from './manual-clock.ts';
