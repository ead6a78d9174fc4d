import { mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { FaultProxy } from '@tollgate/testkit';
import type { Dice } from '../dice.ts';
import { crashWords, type PlannedCrash } from '../faults/crash-points.ts';
import { startProgram, type Program } from './program.ts';

/** One run of a process in its place, from its start to its end. */
export interface Life {
  readonly place: string;
  readonly number: number;
  readonly program: Program;
  readonly planned: PlannedCrash | undefined;
  readonly startedMs: number;
  /** Once it serves: where. */
  ports: readonly number[] | undefined;
  endedMs: number | undefined;
  /** The crash point that it died at, if it did, and the calls that it was at work on. */
  crash: { readonly name: string; readonly ids: readonly string[] } | undefined;
}

export interface PlaceSettings {
  readonly name: string;
  readonly main: string;
  /** Where the product's packages are. */
  readonly root: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Printed once it serves; its groups are ports. */
  readonly serving: RegExp;
  readonly proxy: FaultProxy;
  readonly dice: Dice;
  /** What the next life is to die of; undefined: nothing of its own. */
  readonly nextCrash: () => PlannedCrash | undefined;
}

const longestPauseMs = 1_200;
const crashSelf = new URL('crash-self.ts', import.meta.url).href;

/** A place in the fleet: whoever dies there is followed by another process with the same disk, until it is closed. */
export class Place {
  readonly settings: PlaceSettings;
  readonly lives: Life[] = [];
  #closed = false;
  #wantsCrashes = true;
  #running: Promise<void> | undefined;

  constructor(settings: PlaceSettings) {
    this.settings = settings;
  }

  get current(): Life | undefined {
    const life = this.lives.at(-1);
    return life?.ports !== undefined && life.endedMs === undefined ? life : undefined;
  }

  start(): void {
    this.#running = this.#keepAlive();
  }

  kill(): void {
    this.lives.at(-1)?.program.kill();
  }

  /** Nobody dies here any more: who was to is replaced by one who is not. */
  calm(): void {
    this.#wantsCrashes = false;
    if (this.lives.at(-1)?.planned !== undefined) this.kill();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.kill();
    await this.#running;
    await this.settings.proxy.stop();
  }

  async #keepAlive(): Promise<void> {
    while (!this.#closed) {
      const life = this.#begin();
      await life.program.untilPrinted(this.settings.serving).then(
        ([, ...ports]) => (life.ports = ports.map(Number)),
        () => undefined,
      );
      await life.program.exited;
      // What the dead process had not taken from the network is gone with it.
      this.settings.proxy.cut();
      this.settings.proxy.release();
      if (!this.#closed) await delay(this.settings.dice.whole(0, longestPauseMs));
    }
  }

  #begin(): Life {
    const { name, main, root, variables, nextCrash } = this.settings;
    const planned = this.#wantsCrashes ? nextCrash() : undefined;
    const storeUrl = pathToFileURL(join(root, 'packages/store/src/index.ts')).href;
    const program = startProgram({
      main: join(root, main),
      preload: planned === undefined ? undefined : crashSelf,
      variables:
        planned === undefined
          ? variables
          : { ...variables, TOLLGATE_CHAOS_CRASH: JSON.stringify({ ...planned, storeUrl }) },
      onExit: (printed) => {
        life.endedMs = Date.now();
        const [, point, ids = ''] = new RegExp(`${crashWords} ([^:\n]+): ?([^\n]*)`).exec(printed) ?? [];
        if (point !== undefined) life.crash = { name: point, ids: ids.split(' ').filter((id) => id !== '') };
      },
    });
    const life: Life = {
      place: name,
      number: this.lives.length + 1,
      program,
      planned,
      startedMs: Date.now(),
      ports: undefined,
      endedMs: undefined,
      crash: undefined,
    };
    this.lives.push(life);
    return life;
  }
}

export function journalDirectory(directory: string, name: string): string {
  const path = join(directory, name);
  mkdirSync(path, { recursive: true });
  return path;
}
