/**
 * Somebody shops in a browser: looks at the front page, clicks a product, then refuses to be followed
 * and does the same again; at last somebody comes whose browser sends Global Privacy Control.
 *
 * Prints what the page sent and kept each time. Nothing waits for a while: a step is over when the
 * request that it leads to has been answered.
 */

import { EventEmitter, once } from "node:events";

import { chromium } from "playwright-core";

const [url, executablePath] = process.argv.slice(2);
setTimeout(() => process.exit(1), 240_000).unref();
const PATIENCE_MS = 60_000;

const browser = await chromium.launch({
  executablePath,
  timeout: 120_000,
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});

/** A page of somebody new, the messages that it sends, and what the server answered. */
async function visitor(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  const told = [];
  const arrivals = new EventEmitter();
  // Passed on from here, so that the answer is known even when the page that asked is gone.
  await context.route("**/v1/batch", async (route) => {
    const { batch } = route.request().postDataJSON();
    const answer = await route.fetch();
    const { rejected } = await answer.json();
    told.push(...batch.map((message) => ({ message, status: answer.status(), rejected })));
    arrivals.emit("told");
    await route.fulfill({ response: answer }).catch(() => {});
  });
  return { context, page, told, arrivals, faults };
}

/** Resolves when the server has answered to that event. */
async function delivered({ told, arrivals }, event) {
  while (!told.some((it) => it.message.event === event)) await once(arrivals, "told");
}

/** Looks until something was seen, clicks the first product, and says what happened. */
async function shop(somebody) {
  const { page, told } = somebody;
  told.length = 0;
  await page.goto(url);
  await delivered(somebody, "Decision Exposed");
  const shelf = page.locator("[data-decision]").first();
  const decision = await shelf.getAttribute("data-decision");
  const card = shelf.locator("[data-product]").first();
  const product = await card.getAttribute("data-product");
  const below = await page.locator("[data-decision]").last().getAttribute("data-decision");
  await card.locator("a").click();
  await delivered(somebody, "Product Clicked");
  await page.waitForURL(/\/shop\/product\//);
  const kept = await page.evaluate(() => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    cookie: document.cookie,
    told: document.body.dataset.personalization,
  }));
  // The next page sends again what it cannot know to be taken; the server counts it once.
  const messages = [...new Map(told.map(({ message }) => [message.messageId, message])).values()];
  const answers = told.map(({ status, rejected }) => ({ status, rejected }));
  return { decision, product, below, kept, messages, answers };
}

const somebody = await visitor();
const allowed = await shop(somebody);
const [cookie] = await somebody.context.cookies();
await somebody.page.goto(url);
await somebody.page.getByRole("switch").click();
await somebody.page.locator('[data-personalization="denied"]').waitFor();
const refused = await shop(somebody);

const discreet = await visitor({ extraHTTPHeaders: { "sec-gpc": "1" } });
const signalled = await shop(discreet);

const faults = [...somebody.faults, ...discreet.faults];
await browser.close();
console.log(JSON.stringify({ visitor: cookie.value, allowed, refused, signalled, faults }));
