import type { Socket } from 'node:net';

/** Under a backlog one turn may read from thousands of sockets: what was read first should not wait for all of them. */
const mostHeld = 64;

/**
 * Holds back what is written to sockets until what else has arrived in this turn of the event loop was read. The
 * kernel then wakes whoever reads them once for many pieces, where each would have been a wake-up of its own: of what a
 * frame costs that is more than all the rest.
 */
export class TurnWrites {
  #held: Pick<Socket, 'uncork'>[] = [];
  #isDue = false;

  /** What is written to the socket from now on goes out at the end of the turn, at the latest. */
  hold(socket: Pick<Socket, 'cork' | 'uncork' | 'writableCorked'>): void {
    if (socket.writableCorked > 0) return;
    if (this.#held.length === mostHeld) this.#release();
    socket.cork();
    this.#held.push(socket);
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#isDue = false;
    this.#release();
  };

  #release(): void {
    const held = this.#held;
    this.#held = [];
    for (const socket of held) socket.uncork();
  }
}
