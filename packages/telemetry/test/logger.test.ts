import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { systemClock } from '@tollgate/core';
import { createLogger, type RequestLine } from '../src/index.ts';
import { collectingStream } from './collecting-stream.ts';
import { exampleLine } from './example-line.ts';

test('the line of a request has exactly the documented fields, in their order', async () => {
  const { stream, text } = collectingStream();
  const logger = createLogger({ level: 'info', stream });
  logger.logRequest(exampleLine);
  await logger.close();
  assert.equal(
    Object.keys(JSON.parse(text()) as object).join(' '),
    'time level msg request_id client_request_id trace_id tenant key_id tier endpoint model provider provider_model stream ' +
      'outcome refused_by status error_code attempts fallbacks duration_ms time_to_first_token_ms overhead_ms input_tokens ' +
      'cache_read_tokens cache_write_tokens output_tokens reasoning_tokens cost_usd cost_source estimated tags',
  );
});

test('the line of a request is the JSON of its values, whatever callers and operators wrote', async () => {
  const texts = ['plain', '', 'quote " backslash \\ newline \n', '\u0000\u001f\u2028', '\ud800', 'müller/模型-1'];
  const lines: RequestLine[] = texts.flatMap((text) => [
    { ...exampleLine, client_request_id: text, tenant: text, tier: text },
    { ...exampleLine, model: text, provider: text, provider_model: text, tags: { [text]: text } },
  ]);
  lines.push({ ...exampleLine, tags: null, stream: null, outcome: null, cost_usd: null, tenant: null, key_id: null });
  const { stream, text } = collectingStream();
  const logger = createLogger({ level: 'info', stream });
  for (const line of lines) logger.logRequest(line);
  await logger.close();
  const written = text().trimEnd().split('\n');
  assert.equal(written.length, lines.length);
  for (const [index, line] of written.entries()) {
    const { time: _time, level, msg, ...values } = JSON.parse(line) as Record<string, unknown>;
    assert.deepEqual({ level, msg, ...values }, { level: 'info', msg: 'request', ...lines[index] });
  }
});

test('a model name as long as a body leaves a short line', async () => {
  const { stream, text } = collectingStream();
  const logger = createLogger({ level: 'info', stream });
  logger.logRequest({ ...exampleLine, model: 'm'.repeat(1_000_000) });
  await logger.close();
  assert.ok(text().length < 2000);
});

test('lines below the level are not written, and the level can change', async () => {
  const { stream, text } = collectingStream();
  const logger = createLogger({ level: 'warn', stream });
  logger.info('unseen');
  logger.logRequest(exampleLine);
  logger.setLevel('debug');
  logger.debug('seen');
  await logger.close();
  assert.deepEqual(
    text()
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg),
    ['seen'],
  );
});

test('lines of one moment leave in one write', async () => {
  const { stream, chunks } = collectingStream();
  const logger = createLogger({ level: 'info', stream });
  for (let index = 0; index < 100; index += 1) logger.info('event', { index });
  await logger.close();
  assert.equal(chunks.length, 1);
  assert.equal(chunks[0]?.trim().split('\n').length, 100);
});

test('a reader that does not read costs lines, which are counted, and never time', async () => {
  let dropped = 0;
  const stuck = new Writable({ write: () => undefined });
  const logger = createLogger({
    level: 'info',
    stream: stuck,
    mostBufferedBytes: 10_000,
    onDropped: (lines) => (dropped += lines),
  });
  for (let index = 0; index < 1000; index += 1) logger.info('event', { padding: 'x'.repeat(100) });
  assert.ok(dropped > 900 && dropped < 1000, `${dropped} dropped`);
  const whileStuck = dropped;
  await logger.close(10);
  assert.equal(dropped, whileStuck, 'one batch is with the stream, and nothing waits behind it');
});

test('lines waiting behind a stuck batch are dropped and counted at the close', async () => {
  let dropped = 0;
  const stuck = new Writable({ write: () => undefined });
  const logger = createLogger({ level: 'info', stream: stuck, onDropped: (lines) => (dropped += lines) });
  for (let index = 0; index < 200; index += 1) logger.info('event', { padding: 'x'.repeat(1000) });
  await logger.close(10);
  assert.ok(dropped > 100 && dropped < 150, `${dropped} dropped: all but a batch of 64 KiB`);
});

test('a stream that fails counts its lines as dropped, and the logger goes on', async () => {
  let dropped = 0;
  const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
  const logger = createLogger({ level: 'info', stream: broken, onDropped: (lines) => (dropped += lines) });
  logger.info('one');
  logger.info('two');
  await logger.close();
  logger.info('three');
  await logger.close();
  assert.equal(dropped, 3);
});

test('standard output that nobody reads does not stop the process', async () => {
  const source = `
    import { createLogger } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
    let dropped = 0;
    const logger = createLogger({ level: 'info', mostBufferedBytes: 300_000, onDropped: (lines) => (dropped += lines) });
    for (let round = 0; round < 50; round += 1) {
      for (let index = 0; index < 100; index += 1) logger.info('event', { padding: 'x'.repeat(1000) });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await logger.close(50);
    process.stderr.write(String(dropped), () => process.exit(0));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const [code] = await once(child, 'exit');
  child.stdout.destroy();
  assert.equal(code, 0, printed);
  assert.ok(Number(printed) > 4000, `${printed} dropped`);
});

test('lines of requests tell their time to the millisecond, whichever second they are in', async () => {
  const { stream, text } = collectingStream();
  const clock = { ...systemClock, nowMs: () => nowMs };
  let nowMs = 1_700_000_000_000;
  const logger = createLogger({ level: 'info', stream, clock });
  const times = [0, 7, 42, 999, 1000, 61_500, 3, 86_400_000 * 100 + 1].map((afterMs) => 1_700_000_000_000 + afterMs);
  for (const time of times) {
    nowMs = time;
    logger.logRequest(exampleLine);
  }
  await logger.close();
  const written = text().trimEnd().split('\n');
  assert.deepEqual(
    written.map((line) => (JSON.parse(line) as { time: string }).time),
    times.map((time) => new Date(time).toISOString()),
  );
});
