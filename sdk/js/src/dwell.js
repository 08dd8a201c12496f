/**
 * How long something was in view without a break, and when that was long enough.
 *
 * Knows no page: something enters and leaves, the page hides and shows. What was looked at long enough
 * is told once and never again.
 */

/** How long something must be in view without a break to count as seen. */
export const DWELL_MS = 1_000;
/** The most things of one page that are told of. */
const SEEN_MAX = 10_000;

/** @template Thing */
export class Dwell {
  #clock;
  #seen;
  /** @type {Set<Thing>} */
  #inView = new Set();
  /** @type {Map<Thing, unknown>} */
  #timers = new Map();
  /** @type {Set<string>} */
  #told = new Set();
  #isHidden = false;

  /**
   * @param {Pick<import("./tastemaker.d.ts").Ambient, "setTimer" | "clearTimer">} clock
   * @param {{ nameOf: (thing: Thing) => string, seen: (thing: Thing) => void }} hooks `nameOf` says what
   *   counts as the same thing
   */
  constructor(clock, { nameOf, seen }) {
    this.#clock = clock;
    this.nameOf = nameOf;
    this.#seen = seen;
  }

  /** It came into view. @param {Thing} thing */
  enter(thing) {
    this.#inView.add(thing);
    this.#start(thing);
  }

  /** It left the view, so the time starts anew. @param {Thing} thing */
  leave(thing) {
    this.#inView.delete(thing);
    this.#stop(thing);
  }

  /** The page is not looked at. */
  hide() {
    this.#isHidden = true;
    for (const thing of this.#inView) this.#stop(thing);
  }

  /** The page is looked at again. */
  show() {
    this.#isHidden = false;
    for (const thing of this.#inView) this.#start(thing);
  }

  /** @param {Thing} thing */
  #start(thing) {
    const name = this.nameOf(thing);
    if (this.#isHidden || this.#timers.has(thing) || this.#told.has(name)) return;
    const tell = () => {
      this.#timers.delete(thing);
      if (this.#told.has(name) || this.#told.size >= SEEN_MAX) return;
      this.#told.add(name);
      this.#seen(thing);
    };
    this.#timers.set(thing, this.#clock.setTimer(tell, DWELL_MS));
  }

  /** @param {Thing} thing */
  #stop(thing) {
    this.#clock.clearTimer(this.#timers.get(thing));
    this.#timers.delete(thing);
  }
}
