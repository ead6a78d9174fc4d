import { adminOperations } from '@tollgate/admin';
import type { AdminClient } from '../client/admin-client.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** The admin API of a running gateway, asked with the token. Beside Redis it may well run elsewhere. */
export async function askAdminApi(
  client: AdminClient,
  { url, needed }: { readonly url: string; readonly needed: boolean },
): Promise<Finding> {
  try {
    await client.call(adminOperations.listTenants, {});
    return ok('admin API', `answers at ${new URL(url).origin}`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return needed
      ? fail('admin API', error.message, 'without REDIS_URL, keys can be managed over it alone')
      : warn('admin API', error.message, 'leave it so where no gateway runs here');
  }
}
