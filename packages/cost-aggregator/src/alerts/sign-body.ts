import { createHmac } from 'node:crypto';
import type { Secret } from '@tollgate/core';

/**
 * `t=<seconds since the epoch>,v1=<hex>`: HMAC-SHA256 by the webhook's secret over the time, a dot and the body as it is
 * sent. docs/alerts.md says how a receiver verifies it.
 */
export function signBody(body: string, secret: Secret, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  const digest = createHmac('sha256', secret.reveal()).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${digest}`;
}
