import type { AlertOutbox, Clock } from '@tollgate/core';

interface Remembered {
  readonly text: string;
  readonly raisedAtMs: number;
  untilMs: number;
  readonly tries: Map<string, number>;
}

const rememberedMs = 40 * 86_400_000;
const waitsMs = 7 * 86_400_000;

/** The twin of lua/raise-alert.lua, take-alerts.lua and finish-alert.lua. */
export function openMemoryAlerts(clock: Clock): AlertOutbox {
  const alerts = new Map<string, Remembered>();
  /** By webhook: alerts by the time at which they are due. */
  const queues = new Map<string, { readonly due: Map<string, number>; untilMs: number }>();
  const queueOf = (webhook: string, nowMs: number) => {
    const known = queues.get(webhook);
    if (known !== undefined && known.untilMs > nowMs) return known;
    const queue = { due: new Map<string, number>(), untilMs: 0 };
    queues.set(webhook, queue);
    return queue;
  };
  return {
    raise: async ({ id, text, webhooks }) => {
      const nowMs = clock.nowMs();
      for (const [old, { untilMs }] of alerts) if (untilMs <= nowMs) alerts.delete(old);
      const known = alerts.get(id);
      if (known !== undefined) known.untilMs = nowMs + rememberedMs;
      if (known !== undefined) return false;
      alerts.set(id, { text, raisedAtMs: nowMs, untilMs: nowMs + rememberedMs, tries: new Map() });
      for (const webhook of webhooks) {
        const queue = queueOf(webhook, nowMs);
        queue.due.set(id, nowMs);
        queue.untilMs = nowMs + waitsMs;
      }
      return true;
    },
    take: async ({ webhook, atMost, leaseMs }) => {
      const nowMs = clock.nowMs();
      const { due } = queueOf(webhook, nowMs);
      const ids = [...due]
        .filter(([, dueAtMs]) => dueAtMs <= nowMs)
        .toSorted(([idA, a], [idB, b]) => a - b || (idA < idB ? -1 : 1))
        .slice(0, atMost)
        .map(([id]) => id);
      return ids.flatMap((id) => {
        const alert = alerts.get(id);
        if (alert === undefined) due.delete(id);
        if (alert === undefined) return [];
        due.set(id, nowMs + leaseMs);
        const tries = (alert.tries.get(webhook) ?? 0) + 1;
        alert.tries.set(webhook, tries);
        return [{ id, text: alert.text, raisedAtMs: alert.raisedAtMs, tries }];
      });
    },
    finish: async ({ webhook, id, ending }) => {
      const nowMs = clock.nowMs();
      const { due } = queueOf(webhook, nowMs);
      if (ending.kind === 'done') due.delete(id);
      else if (due.has(id)) due.set(id, nowMs + ending.afterMs);
    },
  };
}
