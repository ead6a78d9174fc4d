export type AttributeValue = string | number | boolean | readonly string[];

/** A span that has ended. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: 'server' | 'client';
  /** Ms since the epoch, with fractions. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly failed: boolean;
  /** Undefined ones are left out. */
  readonly attributes: Readonly<Record<string, AttributeValue | undefined>>;
}
