/**
 * A shop's own page with the JavaScript client, on another site than the server's: its script asks for a
 * decision and draws the list, of which one product is in view, one to two fifths, and one far below.
 * A second page, of somebody who refused, talks through the shop and is left as soon as it told something.
 *
 * Prints what the first told as it was scrolled and added to, and what became of the second's last words.
 */

import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

import { chromium } from "playwright-core";

const [host, key, executablePath] = process.argv.slice(2);
setTimeout(() => process.exit(1), 240_000).unref();
const CLIENT = new URL("../../../../../sdk/js/src/", import.meta.url);

const HTML = `<!doctype html>
<style>
  body { margin: 0; height: 3000px; }
  li { position: absolute; left: 0; width: 300px; height: 200px; }
</style>
<ul id="list"></ul>
<script type="module">
  import { createClient } from "/client/index.js";

  const { personalization, host } = Object.fromEntries(new URLSearchParams(location.search));
  const client = createClient({ host, key: "${key}", consent: { personalization } });
  client.watch();
  client.track("Product Viewed", { product_id: "A" });
  const request = { placement: "home", count: 3, deadline_ms: 1000 };
  const decision = await client.decide(request, { afterEvents: true, timeoutMs: 30000 });
  const list = document.getElementById("list");
  list.dataset.decision = decision.decision_id;
  const add = (product_id, top) => {
    const item = document.createElement("li");
    item.dataset.product = product_id;
    item.style.top = top + "px";
    list.append(item);
  };
  // Of 600 pixels; so of the second 80 of 200 are in view.
  [0, 520, 1500].forEach((top, at) => add(decision.products[at].product_id, top));
  Object.assign(window, { add, client, decision });
</script>`;

/** Passes a call on, and says what was answered to a beacon: the browser itself does not tell. */
async function relay(request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const { method, headers } = request;
  const { "content-type": type, authorization } = headers;
  const init = { method, body: Buffer.concat(parts), headers: { "content-type": type } };
  if (authorization) init.headers.authorization = authorization;
  const answer = await fetch(host + request.url, init);
  const body = await answer.text();
  response.writeHead(answer.status, { "content-type": "application/json" });
  response.end(body);
  if (type === "text/plain") beacons.emit("answered", { status: answer.status, ...JSON.parse(body) });
}

const beacons = new EventEmitter();
const shop = createServer(async (request, response) => {
  if (request.url.startsWith("/v1/")) return relay(request, response);
  const [, file] = request.url.match(/^\/client\/([a-z]+\.js)$/) ?? [];
  const text = file ? await readFile(new URL(file, CLIENT), "utf8") : HTML;
  response.writeHead(200, { "content-type": file ? "text/javascript" : "text/html" });
  return response.end(text);
});
await new Promise((listening) => shop.listen(0, "127.0.0.1", listening));
const site = `http://127.0.0.1:${shop.address().port}`;

const browser = await chromium.launch({
  executablePath,
  timeout: 120_000,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
});

/** Opens the page as somebody new; `told(event, n)` resolves to the nth message of that name. */
async function open(personalization, host) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 600 } });
  const page = await context.newPage();
  const messages = [];
  const arrivals = new EventEmitter();
  context.on("request", (request) => {
    if (request.method() !== "POST" || !request.url().endsWith("/v1/batch")) return;
    // What a beacon holds is not shown here.
    messages.push(...(request.postDataJSON()?.batch ?? []));
    arrivals.emit("told");
  });
  const told = async (event, n) => {
    for (;;) {
      const found = messages.filter((it) => it.event === event)[n - 1];
      if (found) return found;
      await once(arrivals, "told");
    }
  };
  await page.goto(`${site}/?${new URLSearchParams({ personalization, host })}`);
  await page.waitForFunction(() => window.decision);
  return { page, told };
}

const seenIn = (message) => message.properties.products.map((it) => `${it.position} ${it.product_id}`);

const { page, told } = await open("given", host);
const seen = [seenIn(await told("Decision Exposed", 1))];
await page.evaluate(() => scrollTo(0, 40));
seen.push(seenIn(await told("Decision Exposed", 2)));
await page.evaluate(() => add("LATER", 100));
seen.push(seenIn(await told("Decision Exposed", 3)));
await page.evaluate(() => client.flush());
const { decision, position } = await page.evaluate(() => ({ decision, position: client.position }));

const discreet = await open("denied", site);
await discreet.told("Decision Exposed", 1);
await discreet.page.evaluate(() => client.flush());
const answered = once(beacons, "answered");
await discreet.page.evaluate(() => {
  client.track("Checkout Started", { order_id: "71", products: [] });
  location.assign("/elsewhere");
});
const [parting] = await answered;

await browser.close();
shop.closeAllConnections();
shop.close();
console.log(JSON.stringify({ seen, decision, position, parting }));
