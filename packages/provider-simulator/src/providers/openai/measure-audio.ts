/** How long a recording is, in seconds: by the header of a WAV file, else as MP3 of 128 kbit/s. */
export function measureAudio(bytes: Buffer): number {
  const isWave = bytes.subarray(0, 4).toString('latin1') === 'RIFF' && bytes.length >= 44;
  const bytesPerSecond = isWave ? bytes.readUInt32LE(28) : 16_000;
  const audioBytes = isWave ? bytes.length - 44 : bytes.length;
  return bytesPerSecond === 0 ? 0 : audioBytes / bytesPerSecond;
}
