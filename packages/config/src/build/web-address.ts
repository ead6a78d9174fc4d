export const notWebAddress = 'has to be an address that begins with `http://` or `https://`';

export const isWebAddress = (address: string): boolean => /^https?:$/.test(URL.parse(address)?.protocol ?? '');

/** What is wrong with a provider's address, or undefined. Never repeats it: it may hold a password. */
export function baseUrlFault(address: string): string | undefined {
  if (!isWebAddress(address)) return notWebAddress;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return 'may not hold credentials: give the key as `api_key`';
  if (url.search !== '' || url.hash !== '') return 'may not hold a query or fragment (`?` or `#`)';
  return undefined;
}
