/**
 * A whole purchase, told by Segment's Node library as it is.
 *
 * ```text
 * library ──▶ a connection that fails ──▶ the server
 *             1st request: refused, 503
 *             2nd request: taken, but the answer is lost
 * ```
 *
 * The library runs with a clock that is three days fast. Prints what the server answered, and when all
 * of it began and ended by the right clock.
 */

import { createServer } from "node:http";

const [host, writeKey] = process.argv.slice(2);
setTimeout(() => process.exit(1), 240_000).unref();
const FAST_MS = 3 * 24 * 3600 * 1000;

const answers = [];
let nRequests = 0;
const connection = createServer(async (request, response) => {
  nRequests += 1;
  const nth = nRequests;
  const parts = [];
  for await (const part of request) parts.push(part);
  if (nth === 1) {
    response.writeHead(503, { "retry-after": "0" });
    return response.end();
  }
  const { method, headers } = request;
  delete headers.host;
  const answer = await fetch(host + request.url, { method, headers, body: Buffer.concat(parts) });
  const text = await answer.text();
  answers.push({ status: answer.status, ...JSON.parse(text) });
  if (nth === 2) return request.socket.destroy();
  response.writeHead(answer.status, { "content-type": "application/json" });
  return response.end(text);
});
await new Promise((listening) => connection.listen(0, "127.0.0.1", listening));

const SystemDate = Date;
const beginTime = new SystemDate().toISOString();
globalThis.Date = class extends SystemDate {
  constructor(...given) {
    super(...(given.length > 0 ? given : [SystemDate.now() + FAST_MS]));
  }
  static now() {
    return SystemDate.now() + FAST_MS;
  }
};
// Read now, so that the library finds the wrong clock.
const { Analytics } = await import("@segment/analytics-node");
const analytics = new Analytics({
  host: `http://127.0.0.1:${connection.address().port}`,
  writeKey,
  flushAt: 4,
  maxRetries: 5,
});

const who = { anonymousId: "visitor-of-segment" };
const tent = { product_id: "TENT-2", name: "Two-person tent", price: 129, currency: "EUR", quantity: 1 };
const lines = { products: [tent, { product_id: "STOVE", price: 89, currency: "EUR", quantity: 2 }] };
analytics.page({ ...who, category: "Shop", name: "Home", properties: { url: "https://shop.example/" } });
analytics.track({ ...who, event: "Products Searched", properties: { query: "tent" } });
analytics.track({ ...who, event: "Product List Viewed", properties: { list_id: "tents", ...lines } });
analytics.track({ ...who, event: "Product Clicked", properties: { ...tent, position: 1 } });
analytics.track({ ...who, event: "Product Viewed", properties: tent });
analytics.track({ ...who, event: "Product Added", properties: { cart_id: "cart-1", ...tent } });
analytics.track({ ...who, event: "Cart Viewed", properties: { cart_id: "cart-1", ...lines } });
analytics.track({ ...who, event: "Checkout Started", properties: { order_id: "71", ...lines } });
analytics.identify({ ...who, userId: "customer-71", traits: { email: "anna@shop.example" } });
analytics.alias({ previousId: "visitor-of-segment", userId: "customer-71" });
analytics.track({
  ...who,
  userId: "customer-71",
  event: "Order Completed",
  properties: { order_id: "71", total: 307, revenue: 307, currency: "EUR", ...lines },
});
await analytics.closeAndFlush({ timeout: 30_000 });

connection.closeAllConnections();
connection.close();
const endTime = new SystemDate().toISOString();
console.log(JSON.stringify({ answers, beginTime, endTime }));
