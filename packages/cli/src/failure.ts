/** Said on standard error as it is, without a stack: the message says what to do. */
export class CommandFailure extends Error {
  override readonly name: string = 'CommandFailure';
}

/** The command line itself has to change. Ends with 2 instead of 1. */
export class UsageError extends CommandFailure {
  override readonly name = 'UsageError';
}
