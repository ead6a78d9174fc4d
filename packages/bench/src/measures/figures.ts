/** Every figure that is measured, and how it is shown. The report lists them in this order. */
export const figures = {
  cpuUs: { title: 'CPU a request, 0.2 KB', unit: 'µs' },
  perSecond: { title: 'requests a second, 32 callers', unit: '/s' },
  perCore: { title: 'requests a second and core', unit: '/s' },
  cpuUs10KB: { title: 'CPU a request, 10 KB', unit: 'µs' },
  cpuUs300KB: { title: 'CPU a request, 300 KB', unit: 'µs' },
  addedP50: { title: 'added latency, 1 caller, p50', unit: 'ms' },
  addedP99: { title: 'added latency, 1 caller, p99', unit: 'ms' },
  addedP999: { title: 'added latency, 1 caller, p99.9', unit: 'ms' },
  loadedP50: { title: 'latency at 70 % load, p50', unit: 'ms' },
  loadedP99: { title: 'latency at 70 % load, p99', unit: 'ms' },
  loadedP999: { title: 'latency at 70 % load, p99.9', unit: 'ms' },
  addedFirstByte: { title: 'added time to first byte of a stream, p50', unit: 'ms' },
  frameCpuUs: { title: 'CPU a streamed frame', unit: 'µs' },
  framesPerSecond: { title: 'frames a second, 1,000 streams at 50/s', unit: '/s' },
  stalledStreams: { title: 'streams of those silent for three paces', unit: '' },
  burstFrameCpuUs: { title: 'CPU a frame of answers that come at once', unit: 'µs' },
  openStreams: { title: 'open streams at 1 frame/s, none failed or silent for three paces', unit: '' },
  streamKB: { title: 'memory a stream', unit: 'KB' },
  idleMB: { title: 'memory, idle', unit: 'MB' },
  loadedMB: { title: 'memory after load', unit: 'MB' },
  firstAnswerMs: { title: 'start to first answer', unit: 'ms' },
  cpuUs401: { title: 'CPU a refusal, 401', unit: 'µs' },
  cpuUs429: { title: 'CPU a refusal, 429', unit: 'µs' },
  attemptCpuUs: { title: 'CPU of one more attempt', unit: 'µs' },
  redisCommands: { title: 'Redis commands a request', unit: '' },
  redisCpuUs: { title: 'CPU of Redis a request', unit: 'µs' },
  redisScriptUs: { title: 'of which in admit and settle', unit: 'µs' },
  redisTrips: { title: 'Redis round trips that a request waits for', unit: '' },
  failures: { title: 'calls that failed', unit: '' },
} as const satisfies Record<string, { readonly title: string; readonly unit: string }>;

export type Figure = keyof typeof figures;

export type Figures = Partial<Record<Figure, number>>;

export const figureNames = Object.keys(figures).filter((name): name is Figure => name in figures);
