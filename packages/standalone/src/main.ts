import { resolve } from 'node:path';
import { onShutdownSignals, systemClock } from '@tollgate/core';
import { startStandalone } from './start-standalone.ts';

/** `npm start`. */
const started = startStandalone({
  variables: process.env,
  stateDirectory: resolve('.tollgate'),
  clock: systemClock,
  say: (text) => console.log(text),
});

function fail(error: unknown): never {
  console.error(explain(error));
  process.exit(1);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isTaken = 'code' in error && error.code === 'EADDRINUSE';
  return isTaken ? `${error.message}: choose other ports with PORT and TOLLGATE_OPERATOR_PORT` : error.message;
}

onShutdownSignals({
  signals: process,
  clock: systemClock,
  drain: () => {
    started.then(({ stop }) => stop()).then(() => process.exit(0), fail);
  },
  endAtOnce: () => process.exit(1),
});
started.catch(fail);
