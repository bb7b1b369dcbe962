/**
 * A place where threads wait for each other: none goes on before all have come. It lives in shared memory and sleeps
 * rather than spins, so that a machine that is busy with other things loses nothing.
 */
export class Barrier {
  /** Int32 words that a barrier needs in shared memory. */
  static readonly words = 3;
  private static readonly waiting = 0;
  private static readonly generation = 1;
  private static readonly broken = 2;

  /** @param words shared, {@link Barrier.words} long, zeroed before first use. */
  constructor(
    private readonly words: Int32Array,
    private readonly participants: number,
  ) {}

  /** Waits until all participants are here. Throws when one of them has {@link break}-ed the barrier. */
  wait(): void {
    const { words } = this;
    const generation = Atomics.load(words, Barrier.generation);
    if (Atomics.add(words, Barrier.waiting, 1) + 1 === this.participants) {
      Atomics.store(words, Barrier.waiting, 0);
      Atomics.add(words, Barrier.generation, 1);
      Atomics.notify(words, Barrier.generation);
    } else {
      // Asked each time: who comes only after the break would otherwise wait for somebody who never comes.
      while (Atomics.load(words, Barrier.generation) === generation && !this.isBroken()) {
        Atomics.wait(words, Barrier.generation, generation);
      }
    }
    if (this.isBroken()) throw new Error('another training thread failed');
  }

  /** Lets everybody go who waits, now or later, with an error: called by a participant that can't come any more. */
  break(): void {
    Atomics.store(this.words, Barrier.broken, 1);
    Atomics.add(this.words, Barrier.generation, 1);
    Atomics.notify(this.words, Barrier.generation);
  }

  private isBroken(): boolean {
    return Atomics.load(this.words, Barrier.broken) !== 0;
  }
}
