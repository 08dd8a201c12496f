/**
 * The client's surroundings, read in one place: clock, chance, network, storage, page.
 *
 * Nothing else touches a global, so that tests control all of it, and so that a page that forbids
 * storage or a server that has no page needs no second code path.
 */

/** @typedef {import("./tastemaker.d.ts").Ambient} Ambient */

/**
 * What is there, with `given` in place of it.
 *
 * @param {Partial<Ambient>} given
 * @returns {Ambient}
 */
export function ambientWith(given) {
  const page = globalThis.document ? globalThis : undefined;
  const navigator = page?.navigator;
  return {
    // Called as methods of the window: browsers refuse anything else.
    fetch: (input, init) => globalThis.fetch(input, init),
    now: () => Date.now(),
    random: () => Math.random(),
    randomId,
    setTimer: (run, afterMs) => unref(setTimeout(run, afterMs)),
    clearTimer: (timer) => clearTimeout(/** @type {number} */ (timer)),
    storage: storageOf(page),
    document: page?.document,
    window: page?.window,
    sendBeacon: navigator?.sendBeacon?.bind(navigator),
    // Known to few type libraries, and to few browsers.
    privacyControl: /** @type {any} */ (navigator)?.globalPrivacyControl === true,
    ...given,
  };
}

/** @param {{ localStorage?: Storage } | undefined} page */
function storageOf(page) {
  try {
    return page?.localStorage;
  } catch {
    // Where storage is forbidden, even asking for it throws.
    return undefined;
  }
}

/** Lets a program end although a timer is set; browsers answer a number, which needs nothing. */
function unref(/** @type {any} */ timer) {
  timer?.unref?.();
  return timer;
}

function randomId() {
  const bytes = new Uint8Array(16);
  if (globalThis.crypto?.getRandomValues) {
    globalThis.crypto.getRandomValues(bytes);
  } else {
    // Node 18 has no such global; there an id only has to be unlike others.
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = Math.floor(Math.random() * 256);
  }
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
