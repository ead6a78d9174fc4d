import type { JsonObject } from '@tollgate/core';

export interface Transcript {
  readonly text: string;
  readonly durationSeconds: number;
  readonly task: 'transcribe' | 'translate';
  readonly usage: JsonObject;
}

/** One segment, from beginning to end. */
export function writeVerbose(
  { text, durationSeconds, task, usage }: Transcript,
  granularities: readonly string[],
): JsonObject {
  const words = text.split(' ');
  const wordSeconds = durationSeconds / words.length;
  const timed = words.map((word, index) => ({ word, start: index * wordSeconds, end: (index + 1) * wordSeconds }));
  const segment = {
    id: 0,
    seek: 0,
    start: 0,
    end: durationSeconds,
    text,
    tokens: [],
    temperature: 0,
    avg_logprob: -0.1,
    compression_ratio: 1,
    no_speech_prob: 0.01,
  };
  return {
    task,
    language: 'english',
    duration: durationSeconds,
    text,
    segments: [segment],
    ...(granularities.includes('word') ? { words: timed } : {}),
    usage,
  };
}

export function writeSubtitles({ text, durationSeconds }: Transcript, format: 'srt' | 'vtt'): string {
  const point = format === 'srt' ? ',' : '.';
  const times = `00:00:00${point}000 --> ${clock(durationSeconds, point)}`;
  return format === 'srt' ? `1\n${times}\n${text}\n\n\n` : `WEBVTT\n\n${times}\n${text}\n\n`;
}

function clock(seconds: number, point: string): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const rest = String(ms % 1000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${point}${rest}`;
}
