/**
 * Segment's library for pages (analytics.js), as it is, in a page of another site than the server's.
 *
 * It sends each event by itself, and then three as a batch. Prints what the server answered.
 */

import { createRequire } from "node:module";

import { chromium } from "playwright-core";

const [url, writeKey, executablePath] = process.argv.slice(2);
setTimeout(() => process.exit(1), 240_000).unref();
const library = createRequire(import.meta.url).resolve("@segment/analytics-next/package.json");
const bundle = library.replace("package.json", "dist/umd/index.js");

const browser = await chromium.launch({
  executablePath,
  timeout: 120_000,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
});
const page = await browser.newPage();
const answers = [];
page.on("response", (response) => {
  const path = new URL(response.url()).pathname;
  if (path.startsWith("/v1/") && response.request().method() === "POST") {
    answers.push(`${path} ${response.status()}`);
  }
});
// The server by another name: to a browser that is another site.
const elsewhere = url.replace("127.0.0.1", "localhost");
const strategies = [undefined, { strategy: "batching", config: { size: 3, timeout: 60_000 } }];
for (const deliveryStrategy of strategies) {
  await page.goto(`${elsewhere}/healthz`);
  await page.addScriptTag({ path: bundle });
  const nBefore = answers.length;
  const nMore = deliveryStrategy ? 1 : 3;
  await page.evaluate(async ([url, apiKey, deliveryStrategy]) => {
    const apiHost = `${new URL(url).host}/v1`;
    const segment = { apiKey, apiHost, protocol: "http", ...(deliveryStrategy ? { deliveryStrategy } : {}) };
    const settings = { writeKey: apiKey, cdnSettings: { integrations: { "Segment.io": segment } } };
    const [analytics] = await window.AnalyticsNext.AnalyticsBrowser.load(settings);
    await Promise.all([
      analytics.page("Home"),
      analytics.track("Product Viewed", { product_id: "TENT-2" }),
      analytics.identify("customer-71", { email: "anna@shop.example" }),
    ]);
  }, [url, writeKey, deliveryStrategy]);
  while (answers.length < nBefore + nMore) await page.waitForResponse((it) => it.url().includes("/v1/"));
}
await browser.close();
console.log(JSON.stringify({ answers: answers.sort() }));
