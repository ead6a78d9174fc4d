import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'tollgate-bundle-'));
const bin = join(directory, 'app', 'bin');

before(() => {
  const { status, stderr } = run(join(root, 'deploy/image/bundle.ts'), [join(directory, 'app')]);
  assert.equal(status, 0, stderr);
});

after(() => rmSync(directory, { recursive: true }));

function run(script: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [script, ...args], {
    cwd: directory,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...variables },
  });
}

describe('the bundle', () => {
  it('runs away from the repository, without any package', () => {
    assert.match(run(join(bin, 'tollgate.mjs'), ['--help']).stdout, /tenants create/);
    assert.match(run(join(bin, 'gateway.mjs'), []).stderr, /TOLLGATE_KEY_PEPPERS: is not set/);
    const shipped = { TOLLGATE_CONFIG: join(root, 'config.yaml') };
    assert.match(run(join(bin, 'cost-aggregator.mjs'), [], shipped).stderr, /REDIS_URL: is not set/);
  });

  it('has the Lua scripts where its processes look for them', () => {
    const shipped = join(root, 'packages/store/src/lua');
    assert.deepEqual(readdirSync(join(bin, '../lua')), readdirSync(shipped));
  });
});

describe('a gateway node of the bundle', () => {
  const script = join(bin, 'gateway.cjs');
  const reader = join(root, 'deploy/image/compiled-script.ts');
  // Each in a process of its own: V8 remembers what it has compiled.
  const isCompiled = (...flags: readonly string[]): string => {
    const asked = `process.stdout.write(String(require(${JSON.stringify(reader)}).readScript(process.argv[1]).isCompiled))`;
    return spawnSync(process.execPath, [...flags, '-e', asked, script], { encoding: 'utf8' }).stdout;
  };

  it('is compiled already, also for a process with a heap of another size', () => {
    assert.equal(isCompiled(), 'true');
    assert.equal(isCompiled('--max-old-space-size=200', '--max-semi-space-size=8'), 'true');
  });

  it('starts all the same where what was compiled cannot be taken', () => {
    const kept = readFileSync(`${script}.cache`);
    for (const spoilt of [Buffer.from('of another V8'), kept.subarray(0, 1000)]) {
      writeFileSync(`${script}.cache`, spoilt);
      assert.equal(isCompiled(), 'false');
      assert.match(run(join(bin, 'gateway.mjs'), []).stderr, /TOLLGATE_KEY_PEPPERS: is not set/);
    }
    rmSync(`${script}.cache`);
    assert.match(run(join(bin, 'gateway.mjs'), []).stderr, /TOLLGATE_KEY_PEPPERS: is not set/);
    writeFileSync(`${script}.cache`, kept);
  });
});

describe('make-secrets', () => {
  const make = (name: string, variables: Readonly<Record<string, string>> = {}) => {
    const [nodes, redis] = [join(directory, name, 'nodes'), join(directory, name, 'redis')];
    for (const each of [nodes, redis]) mkdirSync(each, { recursive: true });
    const { status, stdout, stderr } = run(join(bin, 'make-secrets.mjs'), [nodes, redis], variables);
    const read = (file: string): string => readFileSync(join(nodes, file), 'utf8');
    return { status, stdout, stderr, nodes, read, passwordLine: join(redis, 'password.conf') };
  };

  it('makes each secret once, keeps it, and says how to make a key the first time', () => {
    const first = make('kept');
    const secrets = readdirSync(first.nodes).map((file) => [file, first.read(file)]);
    assert.deepEqual(
      secrets.map(([file]) => file),
      ['admin-token', 'key-peppers', 'redis-password', 'redis-url'],
    );
    assert.match(first.stdout, /keys create --tenant acme/);
    const second = make('kept');
    assert.deepEqual(
      readdirSync(second.nodes).map((file) => [file, second.read(file)]),
      secrets,
    );
    assert.equal(second.stdout, '');
  });

  it('gives Redis the password that the nodes have in their address', () => {
    const { read, passwordLine } = make('password');
    const password = read('redis-password');
    assert.equal(readFileSync(passwordLine, 'utf8'), `requirepass ${password}\n`);
    assert.equal(read('redis-url'), `redis://:${password}@redis:6379`);
  });

  it('lets nobody but its own user read what the nodes share', () => {
    const { nodes } = make('private');
    for (const file of readdirSync(nodes)) assert.equal(statSync(join(nodes, file)).mode & 0o777, 0o600, file);
  });

  it('takes a secret that the environment gives, also in the place of one that it made', () => {
    make('given');
    const { read } = make('given', { TOLLGATE_KEY_PEPPERS: 'v7:given-by-the-environment' });
    assert.equal(read('key-peppers'), 'v7:given-by-the-environment');
  });

  it('refuses a password that would not survive in an address, and changes nothing of Redis', () => {
    const { status, stderr, passwordLine } = make('odd', { TOLLGATE_REDIS_PASSWORD: 'with a space and @ in it' });
    assert.equal(status, 1);
    assert.match(stderr, /password of Redis/);
    assert.equal(existsSync(passwordLine), false);
  });
});

describe('compose-gateway', () => {
  const start = (config: string, variables: Readonly<Record<string, string>>) => {
    const path = join(directory, 'config.yaml');
    writeFileSync(path, config);
    const all = { TOLLGATE_CONFIG: path, TOLLGATE_SIMULATOR_URL: 'http://simulator:9900', ...variables };
    return run(join(bin, 'compose-gateway.mjs'), [], all);
  };
  const shipped = readFileSync(join(root, 'config.yaml'), 'utf8');

  it('puts the simulator behind the providers while none has a key', () => {
    assert.match(start(shipped, {}).stdout, /the simulator at http:\/\/simulator:9900 answers/);
  });

  it('never does so once one has a key', () => {
    assert.equal(start(shipped, { ANTHROPIC_API_KEY: 'a key' }).stdout, '');
  });
});
