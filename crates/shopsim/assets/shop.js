// What a page of the shop does by itself; the shop works without it.
//
// 1. Tells Tastemaker, through the JavaScript client, what could be seen and what was clicked.
// 2. Keeps the panel fresh while it is open, and remembers whether it is.
import { createClient } from "./tastemaker/index.js";

const REFRESH_MS = 3000;
const TOLD_MAX = 8;

const panel = document.getElementById("panel");
const rows = document.getElementById("panel-rows");
const told = document.getElementById("told");
const toldRows = document.getElementById("told-rows");
const { key, visitor, personalization } = document.body.dataset;

// The interface is at the shop's own address. Without permission to be personal the page has no id of
// the visitor, and the client stores none.
const tastemaker = createClient({
  host: location.origin,
  key,
  ...(visitor ? { visitorId: visitor } : {}),
  consent: { personalization },
  onDelivered: (messages, { position }) => {
    for (const message of messages) showTold(message, position);
  },
});
tastemaker.watch();

// Something that only the page knows: that somebody wondered why.
document.addEventListener("toggle", ({ target }) => {
  if (!target.open || !target.matches(".why")) return;
  const decision_id = target.closest("[data-decision]")?.dataset.decision;
  const product_id = target.closest("[data-product]")?.dataset.product;
  tastemaker.track("Reason Opened", { product_id, decision_id });
}, true);

function showTold({ event, properties, timestamp }, position) {
  const n_products = properties.products?.length ?? 1;
  const part = (name, className, text) => {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = text;
    return element;
  };
  const row = document.createElement("li");
  row.append(
    part("span", "name", event),
    " ",
    part("span", "position", `#${position}`),
    part("span", "about", n_products === 1 ? "1 product" : `${n_products} products`),
    part("time", "", timestamp.slice(11, 19)),
  );
  toldRows.prepend(row);
  while (toldRows.children.length > TOLD_MAX) toldRows.lastElementChild.remove();
  told.hidden = false;
}

let shownRows = "";

async function refreshPanel() {
  if (!panel?.open || document.hidden) return;
  const answer = await fetch("/shop/panel").catch(() => null);
  if (!answer?.ok) return;
  const html = await answer.text();
  if (html === shownRows) return;
  // Rendered and escaped by the shop itself.
  rows.innerHTML = html;
  shownRows = html;
}

panel?.addEventListener("toggle", () => {
  document.cookie = `shop_panel=${panel.open ? "open" : "shut"}; path=/; max-age=2592000; samesite=lax`;
  refreshPanel();
});
setInterval(refreshPanel, REFRESH_MS);
