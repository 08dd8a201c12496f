// Two small duties; the shop works without them.
//
// 1. Reports which recommended products were half visible for a second, so that what was shown and what
//    could be seen are told apart.
// 2. Keeps the panel fresh while it is open, and remembers whether it is.
"use strict";

const VISIBLE_SHARE = 0.5;
const VISIBLE_MS = 1000;
const REPORT_MS = 400;
const REFRESH_MS = 3000;

function watchShelf(shelf) {
  const seen = new Set();
  const timers = new Map();
  let fresh = [];
  let report = null;

  const send = () => {
    const body = JSON.stringify({ decision_id: shelf.dataset.decision, product_ids: fresh });
    fresh = [];
    report = null;
    fetch("/shop/seen", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      keepalive: true,
    }).then(refreshPanel, () => {});
  };

  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const id = entry.target.dataset.product;
      if (entry.isIntersecting && !seen.has(id)) {
        timers.set(id, setTimeout(() => {
          seen.add(id);
          fresh.push(id);
          observer.unobserve(entry.target);
          report = report ?? setTimeout(send, REPORT_MS);
        }, VISIBLE_MS));
      } else {
        clearTimeout(timers.get(id));
      }
    }
  }, { threshold: VISIBLE_SHARE });
  for (const card of shelf.querySelectorAll("[data-product]")) observer.observe(card);
}

const panel = document.getElementById("panel");
const rows = document.getElementById("panel-rows");
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

document.querySelectorAll("[data-decision]").forEach(watchShelf);
panel?.addEventListener("toggle", () => {
  document.cookie = `shop_panel=${panel.open ? "open" : "shut"}; path=/; max-age=2592000; samesite=lax`;
  refreshPanel();
});
setInterval(refreshPanel, REFRESH_MS);
