/**
 * What a visitor could see of decisions, and what they clicked, read from the page's own markup.
 *
 * ```html
 * <ul data-decision="00c5…">
 *   <li data-product="TENT-2" data-rank="1"><a href="/tent-2">…</a></li>
 * </ul>
 * ```
 *
 * A product counts as seen when half of it was in view for a second without a break, on a page that was
 * looked at; once for each decision. A click counts where it leads somewhere: on a link or a button.
 */

import { Dwell } from "./dwell.js";

/** How much of a product must be in view. */
const VISIBLE_SHARE = 0.5;
/** How long products that were seen wait for others of the same decision. */
const GATHER_MS = 400;
const DECISION = "data-decision";
const PRODUCT = "data-product";
const RANK = "data-rank";
/** What a click must be on to count. */
const LEADING = "a[href], button, [role=button]";

/** @typedef {{ decisionId: string, productId: string, rank: number }} Shown */

/**
 * @typedef {object} WatchHooks
 * @property {(decisionId: string, products: { product_id: string, position: number }[]) => void} exposed
 * @property {(shown: Shown) => void} clicked
 */

/**
 * Watches below `root` until the function that it answers is called.
 *
 * @param {import("./tastemaker.d.ts").Ambient} ambient
 * @param {Document} document
 * @param {ParentNode} root
 * @param {WatchHooks} hooks
 */
export function watch(ambient, document, root, hooks) {
  /** @type {Map<string, { product_id: string, position: number }[]>} */
  const seen = new Map();
  /** @type {unknown} */
  let gathering;
  const report = () => {
    ambient.clearTimer(gathering);
    gathering = undefined;
    for (const [decisionId, products] of seen) hooks.exposed(decisionId, products);
    seen.clear();
  };
  /** @type {Dwell<Element>} */
  const dwell = new Dwell(ambient, {
    nameOf: (element) => {
      const shown = shownBy(element);
      return shown ? `${shown.decisionId} ${shown.productId}` : "";
    },
    seen: (element) => {
      const shown = shownBy(element);
      if (!shown) return;
      const products = seen.get(shown.decisionId) ?? [];
      products.push({ product_id: shown.productId, position: shown.rank });
      seen.set(shown.decisionId, products);
      gathering ??= ambient.setTimer(report, GATHER_MS);
    },
  });

  const sight = new IntersectionObserver((entries) => {
    for (const { target, intersectionRatio } of entries) {
      if (intersectionRatio >= VISIBLE_SHARE && shownBy(target)) dwell.enter(target);
      else dwell.leave(target);
    }
  }, { threshold: VISIBLE_SHARE });
  const changes = new MutationObserver((records) => {
    for (const { addedNodes, removedNodes } of records) {
      for (const element of productsIn(removedNodes)) {
        sight.unobserve(element);
        dwell.leave(element);
      }
      for (const element of productsIn(addedNodes)) sight.observe(element);
    }
  });
  const looked = () => {
    if (document.visibilityState === "hidden") {
      dwell.hide();
      report();
    } else {
      dwell.show();
    }
  };
  const click = (/** @type {Event} */ event) => {
    const shown = shownByClick(event, root);
    if (shown) hooks.clicked(shown);
  };

  looked();
  for (const element of productsIn([/** @type {Node} */ (root)])) sight.observe(element);
  changes.observe(/** @type {Node} */ (root), { childList: true, subtree: true });
  document.addEventListener("visibilitychange", looked);
  // Before the page's own handlers, which may stop the event.
  document.addEventListener("click", click, true);
  document.addEventListener("auxclick", click, true);
  return () => {
    sight.disconnect();
    changes.disconnect();
    document.removeEventListener("visibilitychange", looked);
    document.removeEventListener("click", click, true);
    document.removeEventListener("auxclick", click, true);
    dwell.hide();
    report();
  };
}

/**
 * The products at and below nodes.
 *
 * @param {Iterable<Node>} nodes
 * @returns {Element[]}
 */
function productsIn(nodes) {
  const selector = `[${PRODUCT}]`;
  return Array.from(nodes).flatMap((node) => {
    const below = "querySelectorAll" in node ? /** @type {ParentNode & Node} */ (node) : undefined;
    const found = below ? Array.from(below.querySelectorAll(selector)) : [];
    return node instanceof Element && node.matches(selector) ? [node, ...found] : found;
  });
}

/** What an element shows, if a decision put it there.
 * @param {Element} element
 * @returns {Shown | undefined} */
function shownBy(element) {
  const list = element.closest(`[${DECISION}]`);
  const decisionId = list?.getAttribute(DECISION);
  const productId = element.getAttribute(PRODUCT);
  if (!list || !decisionId || !productId) return undefined;
  const given = Number(element.getAttribute(RANK));
  const place = () => Array.from(list.querySelectorAll(`[${PRODUCT}]`)).indexOf(element) + 1;
  return { decisionId, productId, rank: Number.isInteger(given) && given > 0 ? given : place() };
}

/**
 * What was clicked, if a decision put it below `root`.
 *
 * @param {Event} event
 * @param {ParentNode} root
 */
function shownByClick(event, root) {
  const { target } = event;
  if (!(target instanceof Element) || !root.contains(target)) return undefined;
  // The middle button opens a link; the right one a menu.
  if (event instanceof MouseEvent && event.button > 1) return undefined;
  const product = target.closest(`[${PRODUCT}]`);
  const leading = target.closest(LEADING);
  return product && leading && (product === leading || product.contains(leading) || leading.contains(product))
    ? shownBy(product)
    : undefined;
}
