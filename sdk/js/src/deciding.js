/**
 * Asks what to show, and shows something whatever happens.
 *
 * A page must not wait for a recommendation. [`decide`] answers in time: with the server's decision, or
 * with the page's own fallback, which has no decision id, so that nothing is reported of it.
 */

import { ClientError, refusalIn } from "./failure.js";

/** @typedef {import("./tastemaker.d.ts").Decision} Decision */
/** @typedef {import("./tastemaker.d.ts").DecisionRequest} DecisionRequest */
/** @typedef {import("./tastemaker.d.ts").ExplainedDecision} ExplainedDecision */
/** @typedef {import("./tastemaker.d.ts").Ambient} Ambient */

/**
 * @typedef {object} Line what requests need: where, with which key, in which surroundings
 * @property {string} host
 * @property {string} key
 * @property {Ambient} ambient
 */

/**
 * The server's decision; rejects with a `ClientError` when there is none within `timeoutMs`.
 *
 * `first` is waited for before, within the same time.
 *
 * @param {Line} line
 * @param {DecisionRequest | (() => DecisionRequest)} request
 * @param {{ timeoutMs: number, first: () => Promise<void> }} how
 * @returns {Promise<Decision>}
 */
export async function decide({ host, key, ambient }, request, { timeoutMs, first }) {
  const stop = new AbortController();
  /** @type {unknown} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = ambient.setTimer(() => {
      const words = `there was no decision within ${timeoutMs} ms; the fallback is shown`;
      reject(new ClientError("TIMED_OUT", words));
      stop.abort();
    }, timeoutMs);
  });
  const ask = async () => {
    await first();
    const body = JSON.stringify(typeof request === "function" ? request() : request);
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const init = { method: "POST", headers, body, signal: stop.signal };
    const answer = await ambient.fetch(`${host}/v1/decisions`, { ...init, credentials: "omit" });
    if (!answer.ok) throw await refusalIn(answer);
    return answer.json();
  };
  try {
    return /** @type {Decision} */ (await Promise.race([ask(), late]));
  } catch (cause) {
    if (cause instanceof ClientError) throw cause;
    throw new ClientError("UNREACHABLE", "the server could not be reached; the fallback is shown", { cause });
  } finally {
    ambient.clearTimer(timer);
  }
}

/**
 * What is shown without an answer.
 *
 * @param {DecisionRequest} request
 * @param {readonly string[] | Decision} fallback
 * @returns {Decision}
 */
export function fallbackOf(request, fallback) {
  if ("decision_id" in fallback) return { ...fallback, decision_id: "" };
  const excluded = new Set(request.exclude);
  const ids = fallback.filter((it) => !excluded.has(it)).slice(0, request.count ?? fallback.length);
  const reason = { kind: "for_sale", text: "", evidence_product_ids: [] };
  const products = ids.map((product_id, at) => {
    return { product_id, rank: at + 1, score: 0, generator: "fallback", reason };
  });
  const { placement } = request;
  return { decision_id: "", placement, products, fallback: "unreachable", versions: {}, position: "0", behind: 0 };
}

/**
 * Why something was shown, and what became of it.
 *
 * @param {Line} line
 * @param {string} decisionId
 * @returns {Promise<ExplainedDecision>}
 */
export async function explain({ host, key, ambient }, decisionId) {
  const url = `${host}/v1/decisions/${encodeURIComponent(decisionId)}`;
  const answer = await ambient.fetch(url, { headers: { authorization: `Bearer ${key}` } });
  if (!answer.ok) throw await refusalIn(answer);
  return answer.json();
}
