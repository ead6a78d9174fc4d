export type { Exchange, RecordedRequest, RecordedResponse } from './transcript/exchange.ts';
export { readTranscripts } from './transcript/read-transcripts.ts';
