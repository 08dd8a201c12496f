/** Events: what is sent, when, and what becomes of them when the server or the network fails. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { BATCH_EVENTS_MAX, WAITING_MAX } from "../src/outbox.js";
import { FakeServer, clientBefore, problem } from "./surroundings.js";

const GIVEN = { personalization: "given" };

test("a message has everything that Segment's interface wants", async (t) => {
  const server = await FakeServer.start(t);
  const { client } = clientBefore(server, { consent: GIVEN, market: "de" });

  client.track("Product Viewed", { product_id: "TENT-2" });
  await client.flush();

  const [request] = server.requests;
  assert.equal(request.path, "/v1/batch");
  assert.equal(request.headers.authorization, "Bearer tmp_key");
  assert.equal(request.body.sentAt, "2026-05-20T18:30:00.000Z");
  assert.deepEqual(server.messages, [
    {
      type: "track",
      event: "Product Viewed",
      properties: { product_id: "TENT-2" },
      messageId: "id-3",
      anonymousId: "id-2",
      timestamp: "2026-05-20T18:30:00.000Z",
      context: {
        library: { name: "tastemaker-js", version: "0.1.0" },
        consent: { categoryPreferences: { personalization: true } },
        market: "de",
      },
    },
  ]);
});

test("events wait for others, and many go at once", async (t) => {
  const server = await FakeServer.start(t);
  const { client, time } = clientBefore(server, { flushAt: 3 });

  client.page("Home");
  assert.equal(time.next, 500);
  client.page("Category");
  client.page("Product");
  await client.flush();

  assert.deepEqual(server.requests.map((it) => it.body.batch.length), [3]);
});

test("a user is named in every later message, with the signature", async (t) => {
  const server = await FakeServer.start(t);
  const { client } = clientBefore(server, { consent: GIVEN });

  client.identify("kd-7", { plan: "gold" }, "5167");
  client.track("Cart Viewed");
  await client.flush();

  const told = server.messages.map((it) => [it.type, it.userId, it.context.user_signature]);
  assert.deepEqual(told, [["identify", "kd-7", "5167"], ["track", "kd-7", "5167"]]);
});

test("a failure is tried again, each time later, and nothing is lost", async (t) => {
  const server = await FakeServer.start(t);
  server.answers.push("break off", problem(503, "OVERLOADED"), problem(500, "INTERNAL"));
  const { client, time, errors } = clientBefore(server);
  client.track("A");

  const pauses = [];
  for (let round = 0; round < 3; round += 1) {
    await client.flush();
    pauses.push(time.next);
  }
  assert.deepEqual(pauses, [1_000, 2_000, 4_000]);
  assert.deepEqual(errors, ["UNREACHABLE", "OVERLOADED", "INTERNAL"]);
  // What comes in meanwhile does not shorten the pause.
  client.track("B");
  assert.equal(time.next, 4_000);
  await client.flush();

  assert.deepEqual(server.messages.map((it) => it.event), ["A", "B"]);
  assert.equal(time.next, undefined);
});

test("the server may ask for a longer pause", async (t) => {
  const server = await FakeServer.start(t);
  server.answers.push(problem(429, "RATE_LIMITED", { "retry-after": "30" }));
  const { client, time } = clientBefore(server);

  client.track("A");
  await client.flush();

  assert.equal(time.next, 30_000);
});

test("the connection's return sends at once what waits", async (t) => {
  const server = await FakeServer.start(t);
  server.answers.push("break off");
  const { client, fire, time } = clientBefore(server);
  client.track("A");
  await client.flush();

  fire("online");
  assert.equal(time.next, 10_000); // no pause any more: an answer is waited for
  await client.flush();

  assert.deepEqual(server.messages.map((it) => it.event), ["A"]);
});

test("an answer that never comes is given up, and the events wait", async (t) => {
  const server = await FakeServer.start(t);
  server.answers.push("hang");
  const { client, time, errors } = clientBefore(server);
  client.track("A");

  const sent = client.flush();
  await server.asked(1);
  time.pass(10_000);
  await sent;
  await client.flush();

  assert.deepEqual(errors, ["UNREACHABLE"]);
  assert.deepEqual(server.messages.map((it) => it.event), ["A"]);
});

test("an answer that begins and never ends is given up, and the events wait", async (t) => {
  const server = await FakeServer.start(t);
  server.answers.push("stall");
  let begins;
  const begun = new Promise((resolve) => (begins = resolve));
  const answered = async (url, init) => {
    const answer = await fetch(url, init);
    setImmediate(begins);
    return answer;
  };
  const { client, time, errors } = clientBefore(server, { ambient: { fetch: answered } });
  client.track("A");

  const sent = client.flush();
  await begun;
  assert.equal(time.next, 10_000); // the rest is waited for, so long and no longer
  time.pass(10_000);
  await sent;
  await client.flush();

  assert.deepEqual(errors, ["UNREACHABLE"]);
  assert.deepEqual(server.messages.map((it) => it.event), ["A"]);
});

test("what the server will never take is dropped and told", async (t) => {
  const server = await FakeServer.start(t);
  server.answers.push(problem(401, "UNKNOWN_KEY"));
  const { client, errors, time } = clientBefore(server);

  client.track("A");
  await client.flush();

  assert.deepEqual(errors, ["UNKNOWN_KEY"]);
  assert.equal(time.next, undefined);
});

test("a batch that is too large is halved until it fits", async (t) => {
  const server = await FakeServer.start(t);
  server.answers.push(problem(413, "BODY_TOO_LARGE"), problem(413, "BODY_TOO_LARGE"));
  const { client, errors } = clientBefore(server);

  for (const name of ["A", "B", "C", "D"]) client.track(name);
  await client.flush();

  assert.deepEqual(server.requests.map((it) => it.body.batch.length), [4, 2, 1, 1, 1, 1]);
  assert.deepEqual(server.messages.map((it) => it.event), ["A", "B", "C", "D"]);
  assert.deepEqual(errors, []);
});

test("an event that the server refuses is told, and the others are delivered", async (t) => {
  const server = await FakeServer.start(t);
  const rejected = [{ index: 0, code: "INVALID_PRICE", field: "properties.price", remedy: "round it" }];
  server.answers.push({ status: 200, body: { success: true, accepted: 1, rejected, position: "1" } });
  const delivered = [];
  const onDelivered = (messages) => delivered.push(...messages.map((it) => it.event));
  const { client, errors } = clientBefore(server, { onDelivered });

  client.track("Bad");
  client.track("Good");
  await client.flush();

  assert.deepEqual(errors, ["INVALID_PRICE"]);
  assert.deepEqual(delivered, ["Good"]);
});

test("the queue is bounded, and the oldest events give way", async (t) => {
  const server = await FakeServer.start(t);
  const { client, errors } = clientBefore(server, { flushAt: 2 * WAITING_MAX });

  for (let at = 0; at < WAITING_MAX + 5; at += 1) client.track(`E${at}`);
  client.track("Too large", { text: "x".repeat(40_000) });
  await client.flush();

  assert.equal(server.messages.length, WAITING_MAX);
  assert.equal(server.messages[0].event, "E5");
  assert.ok(server.requests.every((it) => it.body.batch.length <= BATCH_EVENTS_MAX));
  assert.deepEqual(errors, [...Array(5).fill("EVENTS_DROPPED"), "EVENT_TOO_LARGE"]);
});

test("what a page could not send, the next page sends", async (t) => {
  const server = await FakeServer.start(t);
  const first = clientBefore(undefined, { consent: GIVEN, ids: "first" });
  first.client.track("A");
  await first.client.flush();

  const next = clientBefore(server, { consent: GIVEN, ids: "next", storage: first.storage });
  await next.client.flush();

  assert.deepEqual(first.errors, ["UNREACHABLE"]);
  assert.deepEqual(server.messages.map((it) => [it.event, it.anonymousId]), [["A", "first-2"]]);
  assert.equal(next.client.visitorId, "first-2");
  assert.deepEqual(next.storage.names, ["tastemaker:position", "tastemaker:visitor"]);
});

test("a page that is left hands its events to the browser, with the key in the body", async (t) => {
  const { client, beacons, fire } = clientBefore(undefined);
  for (let at = 0; at < 5; at += 1) client.track(`E${at}`, { text: "x".repeat(20_000) });

  fire("pagehide");

  const bodies = await Promise.all(beacons.map(async (it) => JSON.parse(await it.body.text())));
  assert.ok(beacons.every((it) => it.url.endsWith("/v1/batch") && it.body.type === "text/plain"));
  assert.ok(beacons.every((it) => it.body.size < 64 * 1024));
  assert.ok(bodies.every((it) => it.writeKey === "tmp_key"));
  assert.deepEqual(bodies.flatMap((it) => it.batch.map((event) => event.event)), ["E0", "E1", "E2", "E3", "E4"]);
});

test("where a beacon is refused, a request that outlives the page takes its place", async (t) => {
  const server = await FakeServer.start(t);
  const { client, fire } = clientBefore(server, { ambient: { sendBeacon: () => false } });
  client.track("A");

  fire("pagehide");
  await server.asked(1);

  const [{ body, headers }] = server.requests;
  assert.deepEqual([body.writeKey, body.batch.length], ["tmp_key", 1]);
  assert.deepEqual([headers["content-type"], headers.authorization], ["text/plain", undefined]);
});
