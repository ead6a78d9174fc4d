import { z } from 'zod';
import { BrokenOff, callHttp } from '../http-call.ts';
import type { Life } from '../processes/fleet.ts';
import type { CallPlan } from './plan-call.ts';

/** What a caller saw. */
export interface CallRecord {
  readonly plan: CallPlan;
  readonly life: Life;
  readonly startedMs: number;
  readonly endedMs: number;
  /** Undefined: no answer began. */
  readonly status: number | undefined;
  /** Of an error's answer. */
  readonly code: string | undefined;
  /** The whole answer came, and it was one. */
  readonly isAnswered: boolean;
}

const errorBody = z.object({ error: z.object({ code: z.string() }) });

export async function makeCall(plan: CallPlan, life: Life): Promise<CallRecord> {
  const startedMs = Date.now();
  const [port] = life.ports ?? [];
  const call = {
    url: `http://127.0.0.1:${port}/v1/chat/completions`,
    method: 'POST',
    headers: {
      authorization: `Bearer ${plan.key.secret}`,
      'content-type': 'application/json',
      'x-tollgate-tags': `call=${plan.tag}`,
    },
    body: plan.body,
  };
  const seen = await callHttp(call, plan.leaving).then(
    ({ status, text }) => ({ status, text, isWhole: true }),
    (error: unknown) => {
      if (!(error instanceof BrokenOff)) throw error;
      return { status: error.status, text: error.text, isWhole: false };
    },
  );
  const { status, text, isWhole } = seen;
  const isStream = text.startsWith('data:') || text.startsWith(':');
  return {
    plan,
    life,
    startedMs,
    endedMs: Date.now(),
    status,
    code: status === 200 ? undefined : codeOf(text),
    isAnswered: isWhole && status === 200 && (!isStream || text.endsWith('data: [DONE]\n\n')),
  };
}

function codeOf(text: string): string | undefined {
  try {
    return errorBody.safeParse(JSON.parse(text)).data?.error.code;
  } catch {
    return undefined;
  }
}
