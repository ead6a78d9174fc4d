import { isJsonObject, isPublicUrl, type Call, type JsonObject, type JsonValue } from '@tollgate/core';
import { invalid } from './call-fields.ts';
import { conversationParts, inputField } from './conversation-parts.ts';

/**
 * Refuses images and files by an address that is not the internet's. A provider outside could not fetch it, and a
 * server of the operator's own must not be led by a caller to what only it can reach.
 */
export function assertPublicUrls({ protocol, body }: Call): void {
  if (!conversationParts(protocol, body.outline).some((part) => addressesIn(part).length > 0)) return;
  for (const address of conversationParts(protocol, body.value).flatMap(addressesIn)) {
    if (address.startsWith('data:') || isPublicUrl(address)) continue;
    throw invalid(
      inputField(protocol),
      'holds an image or file by an address that is no public http(s) one: send its content instead',
    );
  }
}

/** Where the protocols have an address: a part's own, or that of what it holds. */
const addressesIn = ({ image_url: image, file_url: file, video_url: video, source }: JsonObject): readonly string[] =>
  [image, file, video, isUrlSource(source) ? source : undefined].flatMap((holder) => {
    const address = isJsonObject(holder) ? holder['url'] : holder;
    return typeof address === 'string' ? [address] : [];
  });

const isUrlSource = (source: JsonValue | undefined): boolean => isJsonObject(source) && source['type'] === 'url';
