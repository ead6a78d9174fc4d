import { alertTests } from './alerts.ts';
import { archivingTests } from './archiving.ts';
import { attemptTests } from './attempts.ts';
import { claimTests } from './claims.ts';
import type { OpenBench } from './bench.ts';
import { keyTests } from './keys.ts';
import { loweringTests } from './lowering.ts';
import { moneyTests } from './money.ts';
import { reapingTests } from './reaping.ts';
import { recoveryTests } from './recovery.ts';
import { refusalTests } from './refusals.ts';
import { repricingTests } from './repricing.ts';
import { responseTests } from './responses.ts';
import { reservationTests } from './reservations.ts';
import { usageTests } from './usage.ts';
import { windowTests } from './windows.ts';

/** What every store has to do, whatever it is made of. */
export function conformance(name: string, open: OpenBench): void {
  windowTests(name, open);
  reservationTests(name, open);
  refusalTests(name, open);
  moneyTests(name, open);
  loweringTests(name, open);
  attemptTests(name, open);
  reapingTests(name, open);
  recoveryTests(name, open);
  keyTests(name, open);
  responseTests(name, open);
  claimTests(name, open);
  usageTests(name, open);
  repricingTests(name, open);
  alertTests(name, open);
  archivingTests(name, open);
}
