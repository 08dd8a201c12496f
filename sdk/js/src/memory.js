/**
 * What is kept between pages: the visitor's id, the position, and events that are not yet delivered.
 *
 * Everything stands under one prefix. Without permission nothing is written, and what was written before
 * is deleted. A full or forbidden storage is as good as none: the page goes on.
 */

/** @typedef {import("./tastemaker.d.ts").Message} Message */
/** @typedef {import("./tastemaker.d.ts").Ambient["storage"]} Storage */

const PREFIX = "tastemaker:";
const VISITOR = `${PREFIX}visitor`;
const POSITION = `${PREFIX}position`;
const USER = `${PREFIX}user`;
const QUEUE = `${PREFIX}queue:`;
/** The most events that are kept between pages: each change writes them anew. */
const KEPT_MAX = 200;

export class Memory {
  #storage;
  #isAllowed = false;
  #queueName;

  /**
   * @param {Storage} storage
   * @param {string} instance sets this page's events apart from those of another tab
   */
  constructor(storage, instance) {
    this.#storage = storage;
    this.#queueName = QUEUE + instance;
  }

  /** Allows writing, or forbids it and forgets everything.
   * @param {boolean} isAllowed */
  allow(isAllowed) {
    this.#isAllowed = isAllowed;
    if (!isAllowed) this.#forget();
  }

  get visitorId() {
    return this.#read(VISITOR);
  }

  set visitorId(id) {
    this.#write(VISITOR, id);
  }

  get position() {
    return this.#read(POSITION);
  }

  set position(position) {
    this.#write(POSITION, position);
  }

  /** The logged-in shopper, with the signature: what every later message and decision carries. */
  get user() {
    const user = parsed(this.#read(USER));
    return typeof user?.id === "string" ? /** @type {{ id: string, signature?: string }} */ (user) : undefined;
  }

  set user(user) {
    this.#write(USER, user && JSON.stringify(user));
  }

  /** Keeps the newest events that wait, in place of those kept before.
   * @param {readonly Message[]} messages */
  keep(messages) {
    const kept = messages.slice(-KEPT_MAX);
    this.#write(this.#queueName, kept.length > 0 ? JSON.stringify(kept) : undefined);
  }

  /**
   * Takes over what pages before this one left behind. Another open tab may lose its copy to us; it then
   * delivers, too, and the server counts each message id once.
   *
   * @returns {Message[]}
   */
  takeOver() {
    if (!this.#isAllowed) return [];
    const names = this.#names().filter((it) => it.startsWith(QUEUE) && it !== this.#queueName);
    return names.flatMap((name) => {
      const messages = parsed(this.#read(name));
      this.#write(name, undefined);
      return Array.isArray(messages) ? messages.filter((it) => typeof it?.messageId === "string") : [];
    });
  }

  #forget() {
    for (const name of this.#names()) this.#remove(name);
  }

  #names() {
    try {
      const storage = this.#storage;
      const places = Array.from({ length: storage?.length ?? 0 }, (_, at) => storage?.key(at) ?? "");
      return places.filter((it) => it.startsWith(PREFIX));
    } catch {
      return [];
    }
  }

  /** @param {string} name */
  #read(name) {
    try {
      return (this.#isAllowed && this.#storage?.getItem(name)) || undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * @param {string} name
   * @param {string | undefined} value
   */
  #write(name, value) {
    if (value === undefined) return this.#remove(name);
    if (!this.#isAllowed) return;
    try {
      this.#storage?.setItem(name, value);
    } catch {
      // Full: the events are still in this page's memory.
    }
  }

  /** @param {string} name */
  #remove(name) {
    try {
      this.#storage?.removeItem(name);
    } catch {
      // Forbidden, so nothing was ever written.
    }
  }
}

/** What JSON says, or nothing when somebody else wrote there.
 * @param {string | undefined} text */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
