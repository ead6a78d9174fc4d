import { sniffImageType, type DataUrl } from '../base/inline-media.ts';
import type { ImageMediaType } from './wire.ts';

const imageMediaTypes: ReadonlyMap<string, ImageMediaType> = new Map([
  ['image/jpeg', 'image/jpeg'],
  ['image/jpg', 'image/jpeg'],
  ['image/png', 'image/png'],
  ['image/gif', 'image/gif'],
  ['image/webp', 'image/webp'],
]);

/**
 * What the bytes say they are, else what was declared: Anthropic refuses an image whose declared type
 * is not its own, and clients often get it wrong. Undefined where it is no type that Anthropic takes.
 */
export const imageMediaType = (data: DataUrl): ImageMediaType | undefined =>
  sniffImageType(data) ?? imageMediaTypes.get(data.mediaType);
