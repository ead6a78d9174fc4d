import type { ProviderName } from '../call/ask.ts';
import type { EndpointName } from '../call/endpoint.ts';
import type { CredentialMark } from '../ledger/credential-mark.ts';
import { faultRuleSchema, type FaultRule, type FaultRuleInput } from './fault-rule.ts';

export type ArmedFault = FaultRule & { readonly id: number };

/** A call, as far as rules tell calls apart. */
export interface CallTraits {
  readonly provider: ProviderName;
  readonly endpoint: EndpointName;
  readonly model: string;
  readonly credential: CredentialMark;
  readonly stream: boolean;
}

export interface Faults {
  /** Arms a fault; throws a ZodError where it makes no sense. Of several that match, the first armed acts. */
  arm(rule: FaultRuleInput): ArmedFault;
  /** Disarms one, or all; false where there was none of that id. */
  disarm(id?: number): boolean;
  list(): readonly ArmedFault[];
}

const maxArmed = 1000;

/** The faults that wait for calls. */
export class FaultRegistry implements Faults {
  readonly #armed = new Map<number, ArmedFault>();
  #lastId = 0;

  arm(rule: unknown): ArmedFault {
    const checked = faultRuleSchema.parse(rule);
    if (this.#armed.size >= maxArmed) throw new RangeError(`no more than ${maxArmed} faults can wait at once`);
    this.#lastId += 1;
    const armed = { ...checked, id: this.#lastId };
    this.#armed.set(armed.id, armed);
    return armed;
  }

  disarm(id?: number): boolean {
    if (id !== undefined) return this.#armed.delete(id);
    this.#armed.clear();
    return true;
  }

  list(): readonly ArmedFault[] {
    return [...this.#armed.values()];
  }

  /** The fault that this call meets; counts it as met. */
  take(call: CallTraits): ArmedFault | undefined {
    for (const rule of this.#armed.values()) {
      if (!matches(rule, call)) continue;
      if (rule.times === 1) this.#armed.delete(rule.id);
      else if (rule.times !== undefined) this.#armed.set(rule.id, { ...rule, times: rule.times - 1 });
      return rule;
    }
    return undefined;
  }
}

const matches = (rule: FaultRule, call: CallTraits): boolean =>
  (rule.provider ?? call.provider) === call.provider &&
  (rule.endpoint ?? call.endpoint) === call.endpoint &&
  (rule.model ?? call.model) === call.model &&
  (rule.stream ?? call.stream) === call.stream &&
  (rule.credential === undefined ||
    rule.credential === call.credential.sha256 ||
    rule.credential === call.credential.last4);
