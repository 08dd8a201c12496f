/** What counts as seen: half in view is the browser's to say, a second without a break is said here. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Dwell } from "../src/dwell.js";
import { Time } from "./surroundings.js";

/** Plays a line such as `+A 999 -A 500` and compares what was seen; numbers are milliseconds that pass. */
function check(line, expected) {
  const time = new Time();
  const seen = [];
  const dwell = new Dwell(time, { nameOf: (it) => it, seen: (it) => seen.push(it) });
  for (const word of line.split(" ")) {
    if (word === "hide") dwell.hide();
    else if (word === "show") dwell.show();
    else if (word.startsWith("+")) dwell.enter(word.slice(1));
    else if (word.startsWith("-")) dwell.leave(word.slice(1));
    else time.pass(Number(word));
  }
  assert.equal(seen.join(" "), expected, line);
}

test("a second in view is enough, and less is not", () => {
  check("+A 999", "");
  check("+A 1000", "A");
  check("+A 500 +B 500 500", "A B");
});

test("a break starts the second anew", () => {
  check("+A 900 -A 100 +A 900", "");
  check("+A 900 -A 100 +A 1000", "A");
});

test("it is told once", () => {
  check("+A 1000 -A +A 5000 hide show 5000", "A");
});

test("a page that is not looked at shows nothing", () => {
  check("hide +A 5000", "");
  check("+A 900 hide 5000 show 999", "");
  check("+A 900 hide 5000 show 1000", "A");
  check("+A hide -A show 5000", "");
});
