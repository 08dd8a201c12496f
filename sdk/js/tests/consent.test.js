/** Consent: what is stored and who is named, before an answer, after a yes and after a no. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeServer, clientBefore } from "./surroundings.js";

/** What somebody does on a page, and what is left of it: in the storage and in the messages. */
async function check(t, options, act, expected) {
  const server = await FakeServer.start(t);
  const { client, storage } = clientBefore(server, options);
  act(client);
  await client.flush();
  const said = server.messages.map((it) => {
    const { personalization } = it.context.consent.categoryPreferences;
    return `${it.event ?? it.type} by ${it.anonymousId}, personal: ${personalization}${it.userId ? `, as ${it.userId}` : ""}`;
  });
  assert.deepEqual({ stored: storage.names, said }, expected);
  return { client, storage };
}

const shopping = (client) => {
  client.track("A");
  client.identify("kd-7");
  client.track("B");
};

test("before an answer nothing is stored and nobody is named", (t) =>
  check(t, {}, shopping, {
    stored: [],
    said: ["A by id-3, personal: false", "B by id-3, personal: false"],
  }));

test("with a yes the id is kept, and the shopper named", (t) =>
  check(t, { consent: { personalization: "given" } }, shopping, {
    stored: ["tastemaker:position", "tastemaker:user", "tastemaker:visitor"],
    said: [
      "A by id-2, personal: true",
      "identify by id-2, personal: true, as kd-7",
      "B by id-2, personal: true, as kd-7",
    ],
  }));

test("with a no nothing is stored and nobody is named", (t) =>
  check(t, { consent: { personalization: "denied" }, consentDefault: "given", visitorId: "shop-1" }, shopping, {
    stored: [],
    said: ["A by id-3, personal: false", "B by id-3, personal: false"],
  }));

test("silence allows what the shop declares", (t) =>
  check(t, { consentDefault: "given" }, (client) => client.track("A"), {
    stored: ["tastemaker:position", "tastemaker:visitor"],
    said: ["A by id-2, personal: undefined"],
  }));

test("Global Privacy Control makes silence a no, and leaves a yes to this shop standing", async (t) => {
  const ambient = { privacyControl: true };
  await check(t, { consentDefault: "given", ambient }, (client) => client.track("A"), {
    stored: [],
    said: ["A by id-3, personal: false"],
  });
  await check(t, { consent: { personalization: "given" }, ambient }, (client) => client.track("A"), {
    stored: ["tastemaker:position", "tastemaker:visitor"],
    said: ["A by id-2, personal: true"],
  });
});

test("a later no is told about the id of before, which is then forgotten", async (t) => {
  const act = (client) => {
    client.identify("kd-7");
    client.setConsent({ personalization: "denied" });
    client.track("B");
  };
  await check(t, { consent: { personalization: "given" } }, act, {
    stored: [],
    said: [
      "identify by id-2, personal: true, as kd-7",
      "Consent Changed by id-2, personal: false",
      "B by id-4, personal: false",
    ],
  });
});

test("a later yes keeps this page's id", (t) =>
  check(t, {}, (client) => client.setConsent({ personalization: "given" }), {
    stored: ["tastemaker:position", "tastemaker:visitor"],
    said: ["Consent Changed by id-3, personal: true"],
  }));

test("a no of somebody of whom nothing is known is told to nobody", (t) =>
  check(t, {}, (client) => assert.equal(client.setConsent({ personalization: "denied" }), undefined), {
    stored: [],
    said: [],
  }));

test("a decision says what is allowed, and who asks only with permission", async (t) => {
  const server = await FakeServer.start(t);
  const asked = [];
  for (const personalization of ["given", "denied"]) {
    const { client } = clientBefore(server, { consent: { personalization } });
    client.identify("kd-7", {}, "5167");
    await client.decide({ placement: "home" });
    const { visitor_id, user_id, user_signature, consent } = server.requests.at(-1).body;
    asked.push({ visitor_id, user_id, user_signature, consent });
  }
  assert.deepEqual(asked, [
    { visitor_id: "id-2", user_id: "kd-7", user_signature: "5167", consent: { personalization: "given" } },
    { visitor_id: "id-3", user_id: undefined, user_signature: undefined, consent: { personalization: "denied" } },
  ]);
});

test("a storage that is forbidden is as good as none", async (t) => {
  const server = await FakeServer.start(t);
  const forbidden = () => {
    throw new Error("forbidden");
  };
  const storage = { getItem: forbidden, setItem: forbidden, removeItem: forbidden, key: forbidden, length: 0 };
  const { client, errors } = clientBefore(server, { consent: { personalization: "given" }, storage });
  client.track("A");
  await client.flush();
  assert.deepEqual([server.messages.length, errors.length], [1, 0]);
});
