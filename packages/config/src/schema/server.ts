import * as z from 'zod';
import { defaults } from '../defaults.ts';
import { count, countOrOff } from './fields.ts';

const { server } = defaults;

export const serverSchema = z.strictObject({
  max_body_bytes: count.default(server.max_body_bytes),
  max_bodies_in_flight_bytes: count.default(server.max_bodies_in_flight_bytes),
  body_timeout_seconds: count.default(server.body_timeout_seconds),
  drain_delay_seconds: countOrOff.default(server.drain_delay_seconds),
  drain_seconds: countOrOff.default(server.drain_seconds),
  keep_alive_comment_seconds: countOrOff.default(server.keep_alive_comment_seconds),
  trusted_proxies: z.array(z.string()).default([...server.trusted_proxies]),
  failed_authentications: z
    .strictObject({ per_minute: count.default(server.failed_authentications.per_minute) })
    .prefault({}),
});
