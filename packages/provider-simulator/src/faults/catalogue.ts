import { breaks } from './breaks.ts';
import { delays } from './delays.ts';
import type { Fault } from './fault.ts';
import { refusals } from './refusals.ts';
import { wrongBodies } from './wrong-bodies.ts';

/** Every fault by name; docs/simulator.md lists the same. */
export const faultCatalogue: ReadonlyMap<string, Fault> = new Map(
  Object.entries({ ...refusals, ...delays, ...breaks, ...wrongBodies }),
);
