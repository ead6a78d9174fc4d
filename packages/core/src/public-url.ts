/** Addresses that are nobody's on the internet, as `URL` writes them (IANA special-purpose registries). */
const privateIpv4 =
  /^(?:0|10|127)\.|^169\.254\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;
const privateIpv6 = /^\[(?:::1?\]|::ffff:|f[cd]|fe[89ab])/;
const privateName = /(?:^|\.)(?:local|internal|localhost)\.?$/;

/**
 * Whether a provider on the internet could fetch it: http or https, no credentials in it, and a host that looks public.
 * It is never fetched here, and no name is resolved: a server within the network that fetches addresses has to
 * defend itself against names that lead there.
 */
export function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  if (url.username !== '' || url.password !== '') return false;
  const host = url.hostname;
  if (host.startsWith('[')) return !privateIpv6.test(host);
  if (/^[\d.]+$/.test(host)) return !privateIpv4.test(host);
  return host.includes('.') && !privateName.test(host);
}
