/** The face is what the server's OpenAPI document says, and small. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import ts from "typescript";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const schemas = JSON.parse(read("../../../openapi/tastemaker.json")).components.schemas;

/** Each interface of the face, with what the document calls it. */
const SAME = {
  DecisionRequest: "DecisionForm",
  DecisionContext: "ContextForm",
  Decision: "DecisionView",
  ShownProduct: "ShownView",
  Reason: "ReasonView",
  ExplainedDecision: "ExplainedView",
  Outcome: "OutcomeView",
  IngestAnswer: "IngestView",
  Rejection: "RejectionView",
};

/** `name?: type` of every property of an interface in the face, in the order of names. */
function declared(name) {
  const source = ts.createSourceFile("face.ts", read("../src/tastemaker.d.ts"), ts.ScriptTarget.ES2022, true);
  const found = source.statements.find((it) => ts.isInterfaceDeclaration(it) && it.name.text === name);
  return found.members
    .map((it) => `${it.name.text}${it.questionToken ? "?" : ""}: ${it.type.getText(source)}`)
    .sort();
}

/** The same of a schema of the document. An answer's field that may be null may also be missing. */
function documented(name, isRequest) {
  const schema = schemas[name];
  return Object.entries(schema.properties)
    .map(([field, it]) => {
      const isNullable = Array.isArray(it.type) && it.type.includes("null");
      const isOptional = !(schema.required ?? []).includes(field);
      const type = `${typeOf(it)}${isNullable && !isRequest ? " | null" : ""}`;
      return `${field}${isOptional ? "?" : ""}: ${type}`;
    })
    .sort();
}

function typeOf(schema) {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1);
    return Object.entries(SAME).find(([, it]) => it === name)?.[0] ?? name;
  }
  const type = [schema.type].flat().find((it) => it !== "null");
  if (type === "array") return `${typeOf(schema.items)}[]`;
  if (type === "object") return `Record<string, ${typeOf(schema.additionalProperties)}>`;
  return type === "integer" ? "number" : type;
}

for (const [ours, theirs] of Object.entries(SAME)) {
  test(`${ours} is what the document calls ${theirs}`, () => {
    const isRequest = theirs.endsWith("Form");
    assert.deepEqual(declared(ours), documented(theirs, isRequest));
  });
}

test("a message has only fields that the document knows", () => {
  const known = Object.keys(schemas.MessageShape.properties);
  const names = declared("Message").map((it) => it.split(/[?:]/)[0]);
  assert.deepEqual(names.filter((it) => !known.includes(it)), []);
});

test("the version is the package's", () => {
  const { version } = JSON.parse(read("../package.json"));
  assert.ok(read("../src/index.js").includes(`version: "${version}"`));
});

test("the whole client is as small as its README says", () => {
  const files = readdirSync(new URL("../src", import.meta.url)).filter((it) => it.endsWith(".js"));
  // Without comments and indents, as any bundler sends it.
  const bare = files.map((it) => {
    const { outputText } = ts.transpileModule(read(`../src/${it}`), {
      compilerOptions: { module: ts.ModuleKind.ESNext, removeComments: true, target: ts.ScriptTarget.ES2022 },
    });
    return outputText.replace(/^\s+/gm, "");
  });
  const kilobytes = gzipSync(bare.join("\n"), { level: 9 }).length / 1_000;
  const [, stated] = read("../README.md").match(/(\d+(?:\.\d)?) kB gzipped/) ?? [];
  assert.ok(kilobytes <= Number(stated), `${kilobytes} kB, but the README says ${stated}`);
  assert.ok(kilobytes > Number(stated) - 0.5, `${kilobytes} kB; the README may say less than ${stated}`);
});
