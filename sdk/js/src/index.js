/**
 * A small client of Tastemaker for browsers and Node: events, decisions, exposures and clicks.
 *
 * Its face, with every option, is `tastemaker.d.ts`. Start reading at [`createClient`], which joins the
 * parts: `outbox` delivers events, `deciding` asks what to show, `watch` sees the page, `consent` and
 * `memory` settle who the visitor is and what may be kept.
 */

import { ambientWith } from "./ambient.js";
import { Consent, purposesOf } from "./consent.js";
import { decide, explain, fallbackOf } from "./deciding.js";
import { ClientError } from "./failure.js";
import { Memory } from "./memory.js";
import { Outbox } from "./outbox.js";
import { watch } from "./watch.js";

export { ClientError };

const LIBRARY = { name: "tastemaker-js", version: "0.1.0" };
const FLUSH_AT = 20;
const FLUSH_AFTER_MS = 500;
const DECISION_TIMEOUT_MS = 400;

/** @typedef {import("./tastemaker.d.ts").Client} Face */
/** @typedef {import("./tastemaker.d.ts").Message} Message */
/** @typedef {import("./tastemaker.d.ts").Properties} Properties */

/** @type {typeof import("./tastemaker.d.ts").createClient} */
export const createClient = (options) => new Client(options);

/** @implements {Face} */
class Client {
  #options;
  #ambient;
  #consent;
  #memory;
  #outbox;
  #line;
  /** The id that lives as long as this page, or as the shop's own. */
  #pageId;
  /** @type {{ id: string, signature?: string } | undefined} */
  #user;
  /** @type {string | undefined} */
  #position;
  /** @type {Set<() => void>} */
  #watches = new Set();
  #takeLeave = () => {
    for (const end of this.#watches) end();
    this.#outbox.part();
  };
  #sendNow = () => void this.flush();

  /** @param {import("./tastemaker.d.ts").ClientOptions} options */
  constructor(options) {
    if (!options?.host || !options.key) throw new TypeError("`host` and `key` are needed");
    this.#options = options;
    this.#ambient = ambientWith(options.ambient ?? {});
    const { privacyControl, storage, window } = this.#ambient;
    this.#consent = new Consent(options.consent ?? {}, {
      unsaid: options.consentDefault ?? "denied",
      privacyControl,
    });
    this.#memory = new Memory(storage, this.#ambient.randomId());
    this.#pageId = this.#ambient.randomId();
    const host = options.host.replace(/\/+$/, "");
    this.#line = { host, key: options.key, ambient: this.#ambient };
    this.#outbox = new Outbox(this.#ambient, {
      url: `${host}/v1/batch`,
      key: options.key,
      flushAt: options.flushAt ?? FLUSH_AT,
      flushAfterMs: options.flushAfterMs ?? FLUSH_AFTER_MS,
    }, {
      delivered: (messages, answer) => {
        this.#reached(answer.position);
        options.onDelivered?.(messages, answer);
      },
      failed: (error) => options.onError?.(error),
      changed: (waiting) => this.#memory.keep(waiting),
    });
    this.#settleIdentity();
    window?.addEventListener("pagehide", this.#takeLeave);
    window?.addEventListener("online", this.#sendNow);
  }

  get visitorId() {
    const own = this.#consent.isPersonal ? this.#options.visitorId ?? this.#memory.visitorId : undefined;
    return own ?? this.#pageId;
  }

  get position() {
    return this.#position;
  }

  /**
   * @param {string} event
   * @param {Properties} [properties]
   */
  track(event, properties = {}) {
    return this.#tell({ type: "track", event, properties });
  }

  /**
   * @param {string} [name]
   * @param {Properties} [properties]
   */
  page(name, properties = {}) {
    return this.#tell({ type: "page", ...(name ? { name } : {}), properties });
  }

  /**
   * @param {string} userId
   * @param {Properties} [traits]
   * @param {string} [signature]
   */
  identify(userId, traits = {}, signature) {
    if (!this.#consent.isPersonal) return undefined;
    this.#user = { id: userId, ...(signature ? { signature } : {}) };
    this.#memory.user = this.#user;
    return this.#tell({ type: "identify", traits });
  }

  /** @param {import("./tastemaker.d.ts").Consent} consent */
  setConsent(consent) {
    const purposes = purposesOf(consent);
    if (Object.keys(purposes).length === 0) return undefined;
    const known = this.#options.visitorId ?? this.#memory.visitorId;
    this.#consent.add(consent);
    this.#settleIdentity();
    // A no is about the id of before, which is forgotten now. Where there was none it is about nobody,
    // and telling would only make the server keep an id more.
    const about = known ?? (this.#consent.isPersonal ? this.visitorId : undefined);
    if (!about) return undefined;
    const message = this.#message({ type: "track", event: "Consent Changed", properties: { purposes } });
    this.#outbox.add([{ ...message, anonymousId: about }]);
    void this.flush();
    return message.messageId;
  }

  /**
   * @param {import("./tastemaker.d.ts").DecisionRequest} request
   * @param {import("./tastemaker.d.ts").DecideOptions} [options]
   */
  async decide(request, { fallback = [], timeoutMs, afterEvents = false } = {}) {
    const ms = timeoutMs ?? this.#options.decisionTimeoutMs ?? DECISION_TIMEOUT_MS;
    const first = () => (afterEvents ? this.flush() : Promise.resolve());
    try {
      return await decide(this.#line, () => this.#complete(request), { timeoutMs: ms, first });
    } catch (error) {
      this.#options.onError?.(/** @type {ClientError} */ (error));
      return fallbackOf(request, fallback);
    }
  }

  /** @param {string} decisionId */
  explain(decisionId) {
    return explain(this.#line, decisionId);
  }

  /** @param {ParentNode} [root] */
  watch(root) {
    const { document } = this.#ambient;
    // No page, or a browser from before 2019: nothing can be seen.
    if (!document || !("IntersectionObserver" in globalThis)) return () => {};
    const end = watch(this.#ambient, document, root ?? document, {
      exposed: (decision_id, products) => {
        if (this.#mayCount) this.track("Decision Exposed", { decision_id, products });
      },
      clicked: ({ decisionId, productId, rank }) => {
        if (!this.#mayCount) return;
        const about = { product_id: productId, position: rank, decision_id: decisionId };
        this.track("Product Clicked", about);
        // The click may lead away.
        void this.flush();
      },
    });
    this.#watches.add(end);
    return () => {
      this.#watches.delete(end);
      end();
    };
  }

  flush() {
    return this.#outbox.flush();
  }

  close() {
    const { window } = this.#ambient;
    window?.removeEventListener("pagehide", this.#takeLeave);
    window?.removeEventListener("online", this.#sendNow);
    this.#takeLeave();
    this.#watches.clear();
    this.#outbox.close();
  }

  /** Whether what the page saw by itself may be told at all. */
  get #mayCount() {
    return this.#consent.isMeasured || this.#consent.isPersonal;
  }

  /** Takes up the stored id, or stores this page's; without permission forgets all of them. */
  #settleIdentity() {
    const memory = this.#memory;
    memory.allow(this.#consent.isPersonal);
    if (!this.#consent.isPersonal) {
      this.#user = undefined;
      this.#pageId = this.#ambient.randomId();
      return;
    }
    if (!this.#options.visitorId) memory.visitorId = memory.visitorId ?? this.#pageId;
    this.#user = this.#user ?? memory.user;
    this.#reached(memory.position);
    const left = memory.takeOver();
    if (left.length > 0) this.#outbox.add(left);
  }

  /** @param {Pick<Message, "type" | "event" | "name" | "properties" | "traits">} what */
  #tell(what) {
    const message = this.#message(what);
    this.#outbox.add([message]);
    return message.messageId;
  }

  /**
   * @param {Pick<Message, "type" | "event" | "name" | "properties" | "traits">} what
   * @returns {Message}
   */
  #message(what) {
    const user = this.#consent.isPersonal ? this.#user : undefined;
    const { market } = this.#options;
    return {
      ...what,
      messageId: this.#ambient.randomId(),
      anonymousId: this.visitorId,
      ...(user ? { userId: user.id } : {}),
      timestamp: new Date(this.#ambient.now()).toISOString(),
      context: {
        library: LIBRARY,
        consent: { categoryPreferences: this.#consent.preferences },
        ...(market ? { market } : {}),
        ...(user?.signature ? { user_signature: user.signature } : {}),
      },
    };
  }

  /** @param {import("./tastemaker.d.ts").DecisionRequest} request */
  #complete(request) {
    const user = this.#consent.isPersonal ? this.#user : undefined;
    const { market } = this.#options;
    return {
      ...(user ? { user_id: user.id } : {}),
      ...(user?.signature ? { user_signature: user.signature } : {}),
      ...(this.#position ? { after: this.#position } : {}),
      visitor_id: this.visitorId,
      ...request,
      consent: { ...this.#consent.answers, ...request.consent },
      ...(market ? { context: { market, ...request.context } } : {}),
    };
  }

  /** @param {string | undefined} position */
  #reached(position) {
    if (!position || !isLater(position, this.#position)) return;
    this.#position = position;
    this.#memory.position = position;
  }
}

/** Positions are whole numbers in text, as large as they like.
 * @param {string} position
 * @param {string | undefined} other */
function isLater(position, other) {
  if (other === undefined || position.length > other.length) return true;
  return position.length === other.length && position > other;
}
