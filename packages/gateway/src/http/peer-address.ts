import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Proxies whose `x-forwarded-for` is believed: addresses or CIDR ranges. */
export function trustedProxies(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/**
 * The address that a request came from: the socket's peer or, where that is a trusted proxy, the nearest
 * untrusted entry of `x-forwarded-for`, read from the right, since callers can write what stands left of it.
 */
export function peerAddress(request: IncomingMessage, proxies: BlockList): string {
  const peer = plainAddress(request.socket.remoteAddress ?? '');
  const forwarded = request.headers['x-forwarded-for'];
  if (typeof forwarded !== 'string' || !isTrusted(peer, proxies)) return peer;
  const hops = forwarded.split(',').map((hop) => plainAddress(hop.trim()));
  return hops.findLast((hop) => isIP(hop) !== 0 && !isTrusted(hop, proxies)) ?? peer;
}

/** One subscriber usually has a whole IPv6 /64, so failures are counted by that. */
export function addressGroup(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return groups.slice(0, 4).join(':');
}

const plainAddress = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address);

const isTrusted = (address: string, proxies: BlockList): boolean => {
  const version = isIP(address);
  return version !== 0 && proxies.check(address, version === 6 ? 'ipv6' : 'ipv4');
};
