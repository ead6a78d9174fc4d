import * as z from 'zod';

const rule = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** Names stand in URLs, logs and Redis keys as they are. */
export const nameField = z
  .string()
  .regex(
    rule,
    'has to be 1 to 63 characters: lower-case letters, digits, dot, dash and underscore, a letter or digit first',
  );
