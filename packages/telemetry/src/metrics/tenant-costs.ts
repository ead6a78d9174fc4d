/** Tenants that had series of their own from the start, and the most that ever can: a counter never goes back. */
const firstSeries = 50;
const mostSeries = 100;
const otherTenants = 'other';

/**
 * Which tenants have a series of their own: the first ones, and each that outgrows the smallest of those. What a tenant
 * spent before stays with `other`.
 */
export class TenantCosts {
  readonly #count: (tenant: string, usd: number) => void;
  readonly #spent = new Map<string, number>();
  readonly #series = new Set<string>();
  /** A counter only grows: what was charged too much is taken from what comes next. */
  readonly #overcharged = new Map<string, number>();

  constructor(count: (tenant: string, usd: number) => void) {
    this.#count = count;
  }

  add(tenant: string, usd: number): void {
    const spent = (this.#spent.get(tenant) ?? 0) + usd;
    this.#spent.set(tenant, spent);
    if (this.#deservesSeries(tenant, spent)) this.#series.add(tenant);
    const label = this.#series.has(tenant) ? tenant : otherTenants;
    const due = usd - (this.#overcharged.get(label) ?? 0);
    this.#overcharged.set(label, Math.max(0, -due));
    if (due > 0) this.#count(label, due);
  }

  #deservesSeries(tenant: string, spent: number): boolean {
    if (this.#series.has(tenant) || this.#series.size >= mostSeries) return false;
    if (this.#series.size < firstSeries) return true;
    return [...this.#series].some((other) => (this.#spent.get(other) ?? 0) < spent);
  }
}
