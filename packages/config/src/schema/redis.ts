import * as z from 'zod';
import { defaults } from '../defaults.ts';
import { count, optionalText, text } from './fields.ts';

const { redis } = defaults;

export const redisSchema = z.strictObject({
  url: optionalText,
  sentinel: z
    .strictObject({ name: text, nodes: z.array(text).min(1), username: optionalText, password: optionalText })
    .optional(),
  cluster: z.array(text).min(1).optional(),
  username: optionalText,
  password: optionalText,
  tls: z
    .strictObject({ ca_file: optionalText, cert_file: optionalText, key_file: optionalText, server_name: optionalText })
    .optional(),
  key_prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,32}$/, { error: 'a prefix is 1 to 32 letters, digits, `_`, `.` or `-`' })
    .default(redis.key_prefix),
  timeout_ms: count.default(redis.timeout_ms),
  on_unavailable: z.enum(['local_share', 'fail_closed', 'fail_open']).default(redis.on_unavailable),
  durability: z.enum(['primary', 'replica']).default(redis.durability),
});
