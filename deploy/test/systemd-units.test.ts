import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { defaults } from '../../packages/config/src/defaults.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const namesIn = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, name]) => String(name));

const units = globSync('deploy/systemd/*.service', { cwd: root });
const settlingSeconds = 5;

describe('the units of systemd', () => {
  for (const path of units) {
    const unit = read(path);

    it(`${path} starts a process that the bundle has`, () => {
      const [process = ''] = namesIn(unit, /^ExecStart=\/usr\/bin\/env node \/opt\/tollgate\/bin\/([a-z-]+)\.mjs$/gm);
      assert.match(
        read('deploy/image/bundle.ts'),
        new RegExp(`^ {2}'?${process}'?: '(?:packages/${process}/|deploy/image/start-${process}\\.ts)`, 'm'),
      );
    });

    it(`${path} sets no variable that is not read, and every secret from a credential`, () => {
      const known = new Set(namesIn(read('.env.example'), /^(?:# )?([A-Z][A-Z0-9_]+)=/gm));
      for (const name of namesIn(unit, /^Environment=(?!NODE_ENV)([A-Z_]+?)(?:_FILE)?=/gm))
        assert.ok(known.has(name), name);
      const loaded = namesIn(unit, /^LoadCredential=([a-z-]+):/gm);
      assert.deepEqual(namesIn(unit, /_FILE=%d\/([a-z-]+)$/gm), loaded);
    });
  }

  it('give a node more time to stop than it takes', () => {
    const unit = read('deploy/systemd/tollgate-gateway@.service');
    const [stop = 0, delay = 0] = [/^TimeoutStopSec=(\d+)$/m, /TOLLGATE_DRAIN_DELAY_SECONDS=(\d+)$/m].map((pattern) =>
      Number(pattern.exec(unit)?.[1]),
    );
    assert.ok(stop > delay + defaults.server.drain_seconds + settlingSeconds, `${stop} s`);
  });
});
