import {
  isJsonObject,
  maxCapNanoUsd,
  nanoFromUsd,
  type JsonObject,
  type JsonValue,
  type NanoUsd,
} from '@tollgate/core';

/**
 * What OpenRouter charged, from `usage.cost` (credits are USD). With a key of our own at the provider
 * behind it (BYOK), `cost` is OpenRouter's fee and the provider's bill comes on top. Undefined: it is not said, or
 * more than any budget there can be.
 */
export function parseReportedCost(usage: JsonObject): NanoUsd | undefined {
  const cost = readAmount(usage['cost']);
  if (cost === undefined) return undefined;
  const total = usage['is_byok'] === true ? cost + providersBill(usage) : cost;
  return total > maxCapNanoUsd ? undefined : total;
}

function providersBill({ cost_details: details }: JsonObject): NanoUsd {
  return isJsonObject(details) ? (readAmount(details['upstream_inference_cost']) ?? 0n) : 0n;
}

const readAmount = (value: JsonValue | undefined): NanoUsd | undefined =>
  typeof value === 'number' || typeof value === 'string' ? nanoFromUsd(value) : undefined;
