import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { escaped, usageEventSchema, type Reservation, type Settlement } from '@tollgate/core';

/**
 * A journal is lines of text, which sealed-lines.ts writes: the CRC-32 of the rest in 8 hex digits, a mark, words, and for a settlement JSON.
 *
 *   S shard sequence json      a settlement, before it is sent
 *   C shard sequence …         settlements that the store confirmed
 *   R id shard                 a reservation is going to be asked for
 *   A id shard json            it was made without the store
 *   D id                       its call is going to a provider
 *   E id                       nothing is owed for it any more
 *
 * A line that was torn by a crash, or that the disk spoiled, fails its checksum and is passed over.
 */

/** The line without its checksum; undefined where that does not match. */
export function openLine(line: string): string | undefined {
  const body = line.slice(9);
  return line[8] === ' ' && line.slice(0, 8) === checksum(body) ? body : undefined;
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');

export interface ReadLine {
  readonly body: string;
  /** Where the line begins, and how long it is, its end included; in bytes. */
  readonly offset: number;
  readonly bytes: number;
}

/** The good lines of a file, in order, and how many were bad. */
export function readLines(content: Buffer): { readonly lines: readonly ReadLine[]; readonly torn: number } {
  const lines: ReadLine[] = [];
  let torn = 0;
  for (let offset = 0; offset < content.length;) {
    const end = content.indexOf(10, offset);
    const next = end === -1 ? content.length : end + 1;
    const body = end === -1 ? undefined : openLine(content.toString('utf8', offset, end));
    if (body === undefined) torn += 1;
    else lines.push({ body, offset, bytes: next - offset });
    offset = next;
  }
  return { lines, torn };
}

const nanoUsd = z.string().regex(/^\d+$/).transform(BigInt);

const reservationSchema = z.object({
  reservationId: z.string(),
  shard: z.string(),
  tenant: z.string(),
  keyId: z.string(),
  tokens: z.number(),
  boundNanoUsd: nanoUsd,
  admittedAtMs: z.number(),
  terms: z.string(),
});

const settlementSchema = z.object({
  reservation: reservationSchema,
  producer: z.object({ id: z.string(), sequence: z.number() }),
  actualTokens: z.number(),
  actualNanoUsd: nanoUsd,
  event: usageEventSchema,
});

export const settlementLine = (settlement: Settlement): string => {
  const { reservation, producer, actualTokens, actualNanoUsd, event, eventText } = settlement;
  // The event is most of the line, and goes to the store in the same words.
  const text = eventText ?? JSON.stringify(event);
  return (
    `S ${reservation.shard} ${producer.sequence} {"reservation":${reservationText(reservation)},` +
    `"producer":{"id":"${producer.id}","sequence":${producer.sequence}},"actualTokens":${actualTokens},` +
    `"actualNanoUsd":"${actualNanoUsd}","event":${text}}`
  );
};

export const aloneLine = (reservation: Reservation): string =>
  `A ${reservation.reservationId} ${reservation.shard} ${reservationText(reservation)}`;

/** Written with every call: an object that is made only to be serialised costs more than its text. */
const reservationText = (reservation: Reservation): string =>
  `{"reservationId":"${escaped(reservation.reservationId)}","shard":"${reservation.shard}",` +
  `"tenant":"${escaped(reservation.tenant)}","keyId":"${escaped(reservation.keyId)}",` +
  `"tokens":${reservation.tokens},"boundNanoUsd":"${reservation.boundNanoUsd}",` +
  `"admittedAtMs":${reservation.admittedAtMs},"terms":"${reservation.escapedTerms ?? escaped(reservation.terms)}"}`;

/** Throws where the body is none of a settlement. */
export const readSettlement = (body: string): Settlement =>
  settlementSchema.parse(JSON.parse(body.slice(body.indexOf('{'))));

/** The same of an `A` line. */
export const readReservation = (body: string): Reservation =>
  reservationSchema.parse(JSON.parse(body.slice(body.indexOf('{'))));
