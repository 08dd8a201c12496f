/** Decisions: always an answer in time. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeServer, clientBefore, problem } from "./surroundings.js";

const DECISION = {
  decision_id: "00c5",
  placement: "home",
  products: [{ product_id: "TENT-2", rank: 1, score: 0.5, generator: "popular", reason: {} }],
};

const shown = (decision) => decision.products.map((it) => `${it.rank} ${it.product_id}`).join(", ");

test("the server's decision is answered as it is", async (t) => {
  const server = await FakeServer.start(t);
  server.answers.push({ status: 200, body: DECISION });
  const { client } = clientBefore(server);

  const decision = await client.decide({ placement: "home", count: 4, filter: "in_stock" });

  assert.deepEqual(decision, DECISION);
  const { path, headers, body } = server.requests[0];
  assert.deepEqual([path, headers.authorization], ["/v1/decisions", "Bearer tmp_key"]);
  assert.deepEqual([body.placement, body.count, body.filter], ["home", 4, "in_stock"]);
});

test("a decision has seen what the page told before", async (t) => {
  const server = await FakeServer.start(t);
  const { client } = clientBefore(server);
  client.track("A");
  client.track("B");

  await client.decide({ placement: "home" }, { afterEvents: true });

  assert.deepEqual(server.requests.map((it) => it.path), ["/v1/batch", "/v1/decisions"]);
  assert.equal(server.requests[1].body.after, "2");
  assert.equal(client.position, "2");
});

test("the position is known on the next page, too", async (t) => {
  const server = await FakeServer.start(t);
  const consent = { personalization: "given" };
  const first = clientBefore(server, { consent });
  first.client.track("A");
  await first.client.flush();

  const next = clientBefore(server, { consent, storage: first.storage, ids: "next" });
  await next.client.decide({ placement: "home" });

  assert.equal(server.requests.at(-1).body.after, "1");
});

test("without an answer in time the fallback is shown, within the count and without the excluded", async (t) => {
  const server = await FakeServer.start(t);
  server.answers.push("hang");
  const { client, time, errors } = clientBefore(server);

  const request = { placement: "home", count: 2, exclude: ["A"] };
  const decided = client.decide(request, { fallback: ["A", "B", "C", "D"] });
  time.pass(400);
  const decision = await decided;

  assert.deepEqual([decision.decision_id, decision.fallback], ["", "unreachable"]);
  assert.equal(shown(decision), "1 B, 2 C");
  assert.deepEqual(errors, ["TIMED_OUT"]);
});

test("events that cannot be delivered do not hold a decision up", async (t) => {
  const server = await FakeServer.start(t);
  server.answers.push("hang");
  const { client, time } = clientBefore(server);
  client.track("A");

  const decided = client.decide({ placement: "home" }, { afterEvents: true, timeoutMs: 100 });
  time.pass(100);

  assert.equal((await decided).fallback, "unreachable");
});

test("a refusal and a broken connection show the fallback, and are told", async (t) => {
  const server = await FakeServer.start(t);
  server.answers.push(problem(404, "UNKNOWN_PLACEMENT"), "break off");
  const { client, errors } = clientBefore(server);

  for (let round = 0; round < 2; round += 1) {
    const decision = await client.decide({ placement: "home" }, { fallback: DECISION });
    assert.deepEqual([decision.decision_id, shown(decision)], ["", "1 TENT-2"]);
  }
  assert.deepEqual(errors, ["UNKNOWN_PLACEMENT", "UNREACHABLE"]);
});

test("an account of a decision is asked for by its id, and a refusal rejects", async (t) => {
  const server = await FakeServer.start(t);
  server.answers.push({ status: 200, body: DECISION }, problem(403, "SECRET_KEY_NEEDED"));
  const { client } = clientBefore(server);

  assert.equal((await client.explain("00/c5")).decision_id, "00c5");
  assert.equal(server.requests[0].path, "/v1/decisions/00%2Fc5");
  await assert.rejects(client.explain("00c5"), { code: "SECRET_KEY_NEEDED", status: 403 });
});
