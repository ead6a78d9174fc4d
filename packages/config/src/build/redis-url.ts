export const redisUrlHint = 'has to be an address that begins with `redis://`, `rediss://` or `unix://`';

export const isRedisUrl = (text: string): boolean => /^(rediss?|unix):$/.test(URL.parse(text)?.protocol ?? '');
