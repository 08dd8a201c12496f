/**
 * Events on their way: bounded, in order, sent again until the server has them.
 *
 * ```text
 * add ──▶ waiting ──▶ batch ──▶ POST /v1/batch ──▶ taken: removed, position kept
 *            ▲                        │
 *            └── later, with jitter ──┴─▶ refused for good: dropped and told
 * ```
 *
 * An event leaves `waiting` only when the server answered for it. Whatever is sent twice on the way (a
 * retry, a beacon of a page that is left, a copy from storage) counts once, by its message id.
 */

import { ClientError, refusalIn } from "./failure.js";

/** @typedef {import("./tastemaker.d.ts").Message} Message */
/** @typedef {import("./tastemaker.d.ts").IngestAnswer} IngestAnswer */
/** @typedef {import("./tastemaker.d.ts").Ambient} Ambient */

/** The most events that wait; the oldest give way. */
export const WAITING_MAX = 1_000;
/** The most events and bytes in one request; the server takes 2,500 and 500 KB. */
export const BATCH_EVENTS_MAX = 250;
export const BATCH_BYTES_MAX = 400_000;
/** The largest event that the server takes. */
export const EVENT_BYTES_MAX = 32 * 1024;
/** Browsers let no more than 64 KB outlive a page. */
const PARTING_BYTES_MAX = 60_000;
/** How long an answer may take. */
const ANSWER_MS_MAX = 10_000;
/** The first pause after a failure, and the longest. */
const PAUSE_MS_MIN = 1_000;
const PAUSE_MS_MAX = 60_000;
/** The longest that the server may ask to wait. */
const RETRY_AFTER_MS_MAX = 600_000;

const bytesIn = (/** @type {string} */ text) => new TextEncoder().encode(text).length;

export class Outbox {
  /** @type {{ message: Message, json: string, n_bytes: number }[]} */
  #waiting = [];
  #ambient;
  #settings;
  #hooks;
  /** @type {unknown} */
  #timer;
  #timerAt = Infinity;
  /** @type {Promise<void> | undefined} */
  #flushing;
  #nFailures = 0;
  #batchMax = BATCH_EVENTS_MAX;

  /**
   * @param {Ambient} ambient
   * @param {{ url: string, key: string, flushAt: number, flushAfterMs: number }} settings
   * @param {{
   *   delivered: (messages: readonly Message[], answer: IngestAnswer) => void,
   *   failed: (error: ClientError) => void,
   *   changed: (waiting: readonly Message[]) => void,
   * }} hooks
   */
  constructor(ambient, settings, hooks) {
    this.#ambient = ambient;
    this.#settings = settings;
    this.#hooks = hooks;
  }

  /** Adds events, oldest first, and sends them soon.
   * @param {readonly Message[]} messages */
  add(messages) {
    for (const message of messages) {
      const json = JSON.stringify(message);
      const n_bytes = bytesIn(json);
      if (n_bytes > EVENT_BYTES_MAX) {
        const words = `an event of ${n_bytes} bytes was dropped; at most ${EVENT_BYTES_MAX} are taken`;
        this.#hooks.failed(new ClientError("EVENT_TOO_LARGE", words));
      } else {
        this.#waiting.push({ message, json, n_bytes });
      }
    }
    const nTooMany = this.#waiting.length - WAITING_MAX;
    if (nTooMany > 0) {
      this.#waiting.splice(0, nTooMany);
      const words = `${nTooMany} events were dropped; at most ${WAITING_MAX} wait for the server`;
      this.#hooks.failed(new ClientError("EVENTS_DROPPED", words));
    }
    this.#changed();
    if (this.#waiting.length === 0) return;
    // After a failure the pause is kept, however much comes in.
    if (this.#nFailures > 0) return;
    if (this.#waiting.length >= this.#settings.flushAt) void this.flush();
    else this.#flushIn(this.#settings.flushAfterMs);
  }

  /** Sends what waits. Resolves when nothing does any more, or the server could not be reached. */
  flush() {
    this.#stopTimer();
    this.#flushing ??= this.#drain().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  /** Hands what waits to the browser, which sends it when the page is gone. It also stays waiting. */
  part() {
    const { fetch, sendBeacon } = this.#ambient;
    const { url, key } = this.#settings;
    for (let from = 0; from < this.#waiting.length; ) {
      const batch = this.#batch(from, this.#waiting.length, PARTING_BYTES_MAX);
      from += batch.length;
      // Plain text needs no preflight, which a page that is left could not wait for; so the key goes along.
      const body = new Blob([this.#body(batch, key)], { type: "text/plain" });
      if (sendBeacon?.(url, body)) continue;
      // Too many beacons, or none of them here.
      fetch(url, { method: "POST", body, keepalive: true, credentials: "omit" }).catch(() => {});
    }
  }

  /** Sends nothing more by itself. */
  close() {
    this.#stopTimer();
  }

  async #drain() {
    while (this.#waiting.length > 0) {
      if (!(await this.#sendOnce())) return;
    }
  }

  /** Whether to go on with the next batch. */
  async #sendOnce() {
    const batch = this.#batch(0, this.#batchMax, BATCH_BYTES_MAX);
    const answer = await this.#post(batch).catch((cause) => this.#unreachable(cause));
    if (answer instanceof ClientError) return this.#putOff(answer, 0);
    if (answer.ok) {
      // An answer that breaks off is none: it is asked for again.
      const taken = await answer.json().catch((cause) => this.#unreachable(cause));
      return taken instanceof ClientError ? this.#putOff(taken, 0) : this.#settle(batch, taken);
    }
    const refusal = await refusalIn(answer);
    if (answer.status === 413 && batch.length > 1) {
      this.#batchMax = Math.ceil(batch.length / 2);
      return true;
    }
    if (answer.status === 408 || answer.status === 429 || answer.status >= 500) {
      return this.#putOff(refusal, waitIn(answer));
    }
    this.#remove(batch);
    this.#hooks.failed(refusal);
    return true;
  }

  /**
   * @param {{ message: Message }[]} batch
   * @param {IngestAnswer} answer
   */
  #settle(batch, answer) {
    this.#nFailures = 0;
    this.#remove(batch);
    const rejected = answer.rejected ?? [];
    const refused = new Set(rejected.map((it) => it.index));
    const taken = batch.filter((_, index) => !refused.has(index)).map((it) => it.message);
    this.#hooks.delivered(taken, answer);
    const [first] = rejected;
    if (first) {
      const words = `${rejected.length} events were refused; the first: ${first.field} ${first.remedy}`;
      this.#hooks.failed(new ClientError(first.code, words, { status: 200, rejected }));
    }
    return true;
  }

  /** Tries again later: twice as late each time, and by chance earlier, so that pages do not come at once.
   * @param {ClientError} error
   * @param {number} waitMs */
  #putOff(error, waitMs) {
    const longest = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** this.#nFailures);
    this.#nFailures += 1;
    this.#flushIn(Math.max(waitMs, longest * (0.5 + this.#ambient.random() / 2)));
    this.#hooks.failed(error);
    return false;
  }

  /** @param {unknown} cause */
  #unreachable(cause) {
    return new ClientError("UNREACHABLE", "the server could not be reached; events wait", { cause });
  }

  /**
   * @param {number} from
   * @param {number} n_max
   * @param {number} bytesMax
   */
  #batch(from, n_max, bytesMax) {
    let n_bytes = 200;
    const end = this.#waiting.findIndex((it, at) => {
      if (at < from) return false;
      n_bytes += it.n_bytes + 1;
      // One event is always taken: no event is larger than a batch.
      return at > from && (at - from >= n_max || n_bytes > bytesMax);
    });
    return this.#waiting.slice(from, end < 0 ? undefined : end);
  }

  /**
   * @param {{ json: string }[]} batch
   * @param {string} [writeKey]
   */
  #body(batch, writeKey) {
    const sentAt = new Date(this.#ambient.now()).toISOString();
    const head = JSON.stringify(writeKey ? { writeKey, sentAt } : { sentAt });
    return `${head.slice(0, -1)},"batch":[${batch.map((it) => it.json).join(",")}]}`;
  }

  /** @param {{ json: string }[]} batch */
  async #post(batch) {
    const body = this.#body(batch);
    const stop = new AbortController();
    const timer = this.#ambient.setTimer(() => stop.abort(), ANSWER_MS_MAX);
    try {
      const answer = await this.#ambient.fetch(this.#settings.url, {
        method: "POST",
        headers: { authorization: `Bearer ${this.#settings.key}`, "content-type": "application/json" },
        body,
        // Outlives the page, as a click that leads away needs.
        keepalive: bytesIn(body) <= PARTING_BYTES_MAX,
        credentials: "omit",
        signal: stop.signal,
      });
      // To its end, which must come within the same time.
      await answer.clone().arrayBuffer();
      return answer;
    } finally {
      this.#ambient.clearTimer(timer);
    }
  }

  /** @param {{ message: Message }[]} batch */
  #remove(batch) {
    const gone = new Set(batch.map((it) => it.message.messageId));
    this.#waiting = this.#waiting.filter((it) => !gone.has(it.message.messageId));
    this.#changed();
  }

  #changed() {
    this.#hooks.changed(this.#waiting.map((it) => it.message));
  }

  /** @param {number} afterMs */
  #flushIn(afterMs) {
    const at = this.#ambient.now() + afterMs;
    if (at >= this.#timerAt) return;
    this.#stopTimer();
    this.#timerAt = at;
    this.#timer = this.#ambient.setTimer(() => void this.flush(), afterMs);
  }

  #stopTimer() {
    this.#ambient.clearTimer(this.#timer);
    this.#timerAt = Infinity;
  }
}

/** How long the server asks to wait, in milliseconds; 0 when it does not say.
 * @param {Response} answer */
function waitIn(answer) {
  const seconds = Number(answer.headers.get("retry-after"));
  return Number.isFinite(seconds) ? Math.min(seconds * 1_000, RETRY_AFTER_MS_MAX) : 0;
}
