/** What the process that supervises and its workers tell each other. */

/** Signals that it hands on. */
export const toldSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
export type ToldSignal = (typeof toldSignals)[number];

/** A worker asks for the metrics of all. */
export interface ScrapeRequest {
  readonly scrape: number;
}

export interface ScrapeAnswer {
  readonly scraped: number;
  /** Undefined where some worker did not answer in time. */
  readonly text: string | undefined;
}

export const isScrapeRequest = (message: unknown): message is ScrapeRequest =>
  isObject(message) && 'scrape' in message && typeof message.scrape === 'number';

export const isScrapeAnswer = (message: unknown): message is ScrapeAnswer =>
  isObject(message) && 'scraped' in message && typeof message.scraped === 'number';

export const scrapeAnswer = ({ scrape }: ScrapeRequest, text: string | undefined): ScrapeAnswer => ({
  scraped: scrape,
  text,
});

export const isToldSignal = (message: unknown): message is { readonly signal: ToldSignal } =>
  isObject(message) && 'signal' in message && toldSignals.some((signal) => signal === message.signal);

const isObject = (message: unknown): message is object => typeof message === 'object' && message !== null;
