import { z } from 'zod';
import type { SimulatorOptions } from './simulator.ts';

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(9900),
  TOLLGATE_SIMULATOR_HOST: z.string().default('127.0.0.1'),
  TOLLGATE_SIMULATOR_TRANSCRIPTS: z.string().optional(),
});

/** Options of the simulator as a process; throws a ZodError that names the variable that is wrong. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): SimulatorOptions {
  const { PORT, TOLLGATE_SIMULATOR_HOST, TOLLGATE_SIMULATOR_TRANSCRIPTS } = environment.parse(variables);
  return {
    port: PORT,
    host: TOLLGATE_SIMULATOR_HOST,
    ...(TOLLGATE_SIMULATOR_TRANSCRIPTS === undefined ? {} : { transcriptsFolder: TOLLGATE_SIMULATOR_TRANSCRIPTS }),
  };
}
