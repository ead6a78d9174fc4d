import { z } from 'zod';
import { providerNames } from '../call/ask.ts';
import { faultCatalogue } from './catalogue.ts';
import { faultParametersSchema } from './fault.ts';

/** A name from the catalogue; a number stands for its digits. */
export const faultNameSchema = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((name) => faultCatalogue.has(name), { error: `has to be one of: ${[...faultCatalogue.keys()].join(', ')}` });

/** Which calls a fault meets, and how often. */
export const faultRuleSchema = faultParametersSchema.extend({
  fault: faultNameSchema,
  provider: z.enum(providerNames).optional(),
  model: z.string().optional(),
  /** SHA-256 of the credential in hexadecimal, or its last four characters. */
  credential: z.string().min(4).optional(),
  stream: z.boolean().optional(),
  /** Calls that it meets before it is gone; until cleared where absent. */
  times: z.number().int().min(1).optional(),
});

export type FaultRule = z.infer<typeof faultRuleSchema>;
/** As written, before checks. */
export type FaultRuleInput = z.input<typeof faultRuleSchema>;
