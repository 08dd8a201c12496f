/**
 * Surroundings of a client in tests: time that only moves when told, storage in memory, and a server on
 * a real socket that answers what a test says.
 */

import { createServer } from "node:http";
import { EventEmitter, once } from "node:events";

import { createClient } from "../src/index.js";

export const TEST_TIME = Date.parse("2026-05-20T18:30:00Z");

/** Timers that run when `pass` reaches them, in their order. */
export class Time {
  ms = TEST_TIME;
  #timers = [];

  now = () => this.ms;

  setTimer = (run, afterMs) => {
    const timer = { run, at: this.ms + afterMs };
    this.#timers.push(timer);
    return timer;
  };

  clearTimer = (timer) => {
    this.#timers = this.#timers.filter((it) => it !== timer);
  };

  /** When the next timer runs, in milliseconds from now; `undefined` without one. */
  get next() {
    const at = Math.min(...this.#timers.map((it) => it.at));
    return Number.isFinite(at) ? at - this.ms : undefined;
  }

  pass(ms) {
    const end = this.ms + ms;
    for (;;) {
      const due = this.#timers.filter((it) => it.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.ms = due.at;
      this.clearTimer(due);
      due.run();
    }
    this.ms = end;
  }
}

/** What browsers call `localStorage`. */
export class FakeStorage {
  map = new Map();

  get length() {
    return this.map.size;
  }

  key = (at) => [...this.map.keys()][at] ?? null;
  getItem = (name) => this.map.get(name) ?? null;
  setItem = (name, value) => void this.map.set(name, value);
  removeItem = (name) => void this.map.delete(name);

  /** The names of what is stored, without what differs between runs. */
  get names() {
    return [...this.map.keys()].map((it) => it.replace(/queue:.*/, "queue:*")).sort();
  }
}

/** A server that keeps what it is told; `answers` are used up first, then it takes everything. */
export class FakeServer {
  requests = [];
  answers = [];
  #server;
  #arrivals = new EventEmitter();
  #position = 0;

  static async start(test) {
    const fake = new FakeServer();
    fake.#server = createServer((request, response) => void fake.#answer(request, response));
    fake.#server.listen(0, "127.0.0.1");
    await once(fake.#server, "listening");
    fake.url = `http://127.0.0.1:${fake.#server.address().port}`;
    test.after(() => {
      fake.#server.closeAllConnections();
      fake.#server.close();
    });
    return fake;
  }

  /** Resolves when it was asked `n` times. */
  async asked(n) {
    while (this.requests.length < n) await once(this.#arrivals, "request");
  }

  /** Every message it took, in the order of arrival. */
  get messages() {
    return this.requests.flatMap((it) => (it.taken ? it.body.batch : []));
  }

  async #answer(request, response) {
    let text = "";
    for await (const part of request) text += part;
    const body = text ? JSON.parse(text) : undefined;
    const seen = { path: request.url, headers: request.headers, body, taken: false };
    this.requests.push(seen);
    this.#arrivals.emit("request");
    const answer = this.answers.shift();
    if (answer === "break off") return request.socket.destroy();
    if (answer === "hang") return undefined;
    if (answer === "stall") {
      response.writeHead(200, { "content-type": "application/json" });
      response.write("{");
      return undefined;
    }
    if (answer) {
      response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
      return response.end(JSON.stringify(answer.body ?? {}));
    }
    seen.taken = true;
    this.#position += body?.batch?.length ?? 0;
    const taken = { success: true, accepted: body?.batch?.length, duplicates: 0, rejected: [] };
    response.writeHead(200, { "content-type": "application/json" });
    return response.end(JSON.stringify({ ...taken, position: String(this.#position) }));
  }
}

/**
 * A client before a server, in surroundings that the test controls.
 *
 * `chance` is what stands for randomness, so that pauses are known.
 */
export function clientBefore(server, options = {}) {
  const time = options.time ?? new Time();
  const storage = options.storage ?? new FakeStorage();
  const errors = [];
  const beacons = [];
  let nIds = 0;
  const prefix = options.ids ?? "id";
  const listeners = new Map();
  const { ambient, ids, time: _, storage: __, ...rest } = options;
  const client = createClient({
    host: server?.url ?? "http://127.0.0.1:9",
    key: "tmp_key",
    onError: (error) => errors.push(error.code),
    ...rest,
    ambient: {
      now: time.now,
      setTimer: time.setTimer,
      clearTimer: time.clearTimer,
      random: () => 1,
      randomId: () => `${prefix}-${(nIds += 1)}`,
      storage,
      window: {
        addEventListener: (name, run) => listeners.set(name, run),
        removeEventListener: (name) => listeners.delete(name),
      },
      sendBeacon: (url, body) => beacons.push({ url, body }) > 0,
      ...ambient,
    },
  });
  return { client, time, storage, errors, beacons, fire: (name) => listeners.get(name)?.() };
}

/** A problem document, as the server refuses. */
export function problem(status, code, headers = {}) {
  return { status, headers, body: { code, detail: "it is wrong", remedy: "mend it" } };
}
