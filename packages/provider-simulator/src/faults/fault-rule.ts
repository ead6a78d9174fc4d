import { z } from 'zod';
import { providerNames } from '../call/ask.ts';
import { endpointNames } from '../call/endpoint.ts';
import { faultCatalogue } from './catalogue.ts';
import { faultParametersSchema, type FaultParameters } from './fault.ts';

/** A name from the catalogue; a number stands for its digits. */
const faultNameSchema = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((name) => faultCatalogue.has(name), { error: `has to be one of: ${[...faultCatalogue.keys()].join(', ')}` });

type ToldFault = FaultParameters & { readonly fault: string };

/** A setting that the fault does not read is a mistake, and would go unseen. */
function refuseUnreadSettings(told: ToldFault, context: z.RefinementCtx<ToldFault>): void {
  const read: readonly string[] = faultCatalogue.get(told.fault)?.parameters ?? [];
  for (const setting of faultParametersSchema.keyof().options) {
    if (told[setting] === undefined || read.includes(setting)) continue;
    context.addIssue({ code: 'custom', path: [setting], message: `the fault ${told.fault} has no such setting` });
  }
}

/** A fault as a prompt or a model's name tells it. */
export const toldFaultSchema = faultParametersSchema
  .extend({ fault: faultNameSchema, provider: z.enum(providerNames).optional() })
  .superRefine(refuseUnreadSettings);

/** Which calls a fault meets, and how often. */
export const faultRuleSchema = faultParametersSchema
  .extend({
    fault: faultNameSchema,
    provider: z.enum(providerNames).optional(),
    endpoint: z.enum(endpointNames).optional(),
    model: z.string().optional(),
    /** SHA-256 of the credential in hexadecimal, or its last four characters. */
    credential: z.string().min(4).optional(),
    stream: z.boolean().optional(),
    /** Calls that it meets before it is gone; until cleared where absent. */
    times: z.number().int().min(1).optional(),
  })
  .superRefine(refuseUnreadSettings);

export type FaultRule = z.infer<typeof faultRuleSchema>;
/** As written, before checks. */
export type FaultRuleInput = z.input<typeof faultRuleSchema>;
