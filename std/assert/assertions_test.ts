import * as std from "./mod.ts";
import nodeAssert from "node:assert/strict";

class RefusedError extends Error {}
const refuse = () => {
  throw new RefusedError("went wrong");
};
const rejects = () => Promise.reject(new RefusedError("went wrong"));

/** What must hold. */
const holding: Record<string, () => unknown> = {
  "assert": () => std.assert(1),
  "assertEquals": () => std.assertEquals({ a: [1] }, { a: [1] }),
  "assertNotEquals": () => std.assertNotEquals([1], [2]),
  "assertStrictEquals": () => std.assertStrictEquals(NaN, NaN),
  "assertExists": () => std.assertExists(0),
  "assertInstanceOf": () => std.assertInstanceOf(new RefusedError(), Error),
  "assertMatch": () => std.assertMatch("abc", /b/),
  "assertStringIncludes": () => std.assertStringIncludes("abc", "bc"),
  "assertGreater": () => std.assertGreater(2, 1),
  "assertGreaterOrEqual": () => std.assertGreaterOrEqual(1n, 1n),
  "assertLess": () => std.assertLess("a", "b"),
  "assertLessOrEqual": () => std.assertLessOrEqual(1, 1),
  "assertThrows": () => std.assertThrows(refuse),
  "assertThrows with a class": () => std.assertThrows(refuse, Error),
  "assertThrows with a message": () => std.assertThrows(refuse, RefusedError, "wrong"),
  "assertThrows for no error": () => std.assertThrows(() => JSON.parse("{")),
  "assertRejects": () => std.assertRejects(rejects),
  "assertRejects with a message": () => std.assertRejects(rejects, RefusedError, "wrong"),
};

/** What must not hold, and what the error says. */
const failing: Record<string, [() => unknown, string]> = {
  "assert": [() => std.assert(0, "zero"), "zero"],
  "assertEquals": [() => std.assertEquals(1, 2), "Values are not equal."],
  "assertEquals with a message": [() => std.assertEquals(1, 2, "counts"), "Values are not equal: counts"],
  "assertNotEquals": [() => std.assertNotEquals([1], [1]), "not to be"],
  "assertStrictEquals": [() => std.assertStrictEquals(1, 2), "Values are not strictly equal."],
  "assertStrictEquals of 0 and -0": [() => std.assertStrictEquals(0, -0), "Values are not strictly equal."],
  "assertStrictEquals of copies": [() => std.assertStrictEquals({}, {}), "same structure but are not reference-equal"],
  "assertExists of null": [() => std.assertExists(null), `"null" to not be null or undefined`],
  "assertExists of undefined": [() => std.assertExists(undefined), `"undefined"`],
  "assertInstanceOf": [() => std.assertInstanceOf(new Date(), Map), `an instance of "Map" but was "Date"`],
  "assertInstanceOf of a scalar": [() => std.assertInstanceOf(1, Map), `but was "number"`],
  "assertMatch": [() => std.assertMatch("abc", /d/), `"abc" to match: "/d/"`],
  "assertStringIncludes": [() => std.assertStringIncludes("abc", "d"), `"abc" to contain: "d"`],
  "assertGreater": [() => std.assertGreater(1, 1), "Expect 1 > 1"],
  "assertGreater of NaN": [() => std.assertGreater(NaN, 1), "Expect NaN > 1"],
  "assertGreaterOrEqual": [() => std.assertGreaterOrEqual(1, 2), "Expect 1 >= 2"],
  "assertLess": [() => std.assertLess(1, 1), "Expect 1 < 1"],
  "assertLessOrEqual": [() => std.assertLessOrEqual(2, 1), "Expect 2 <= 1"],
  "fail": [() => std.fail("here"), "Failed assertion: here"],
  "unreachable": [() => std.unreachable(), "Unreachable."],
  "assertThrows": [() => std.assertThrows(() => 1), "Expected function to throw."],
  "assertThrows with a text": [() => std.assertThrows(() => 1, "told so"), "Expected function to throw: told so"],
  "assertThrows of another class": [
    () => std.assertThrows(refuse, TypeError),
    `Expected error to be instance of "TypeError", but was "RefusedError"`,
  ],
  "assertThrows of another message": [() => std.assertThrows(refuse, Error, "right"), `include "right", but got "went`],
  "assertThrows of no error": [
    () =>
      std.assertThrows(() => {
        throw "text";
      }, Error),
    "A non-Error object was thrown.",
  ],
  "assertRejects": [() => std.assertRejects(() => Promise.resolve(1)), "Expected function to reject."],
  "assertRejects of another class": [() => std.assertRejects(rejects, TypeError), `but was "RefusedError"`],
  "assertRejects of no error": [() => std.assertRejects(() => Promise.reject(1), Error), "A non-Error object was rej"],
  "assertRejects of a function that throws": [() => std.assertRejects(refuse), "Function throws when expected to rej"],
  "assertRejects of no promise": [
    () => std.assertRejects((() => 1) as unknown as () => Promise<void>),
    "Function throws when expected to reject",
  ],
};

for (const [name, run] of Object.entries(holding)) {
  Deno.test(`passes: ${name}`, async () => {
    await run();
  });
}

for (const [name, [run, message]] of Object.entries(failing)) {
  Deno.test(`fails: ${name}`, async () => {
    await nodeAssert.rejects(async () => await run(), (error: Error) => {
      nodeAssert.ok(error instanceof std.AssertionError);
      nodeAssert.equal(error.name, "AssertionError");
      nodeAssert.ok(error.message.includes(message), error.message);
      return true;
    });
  });
}

Deno.test("assertThrows() and assertRejects() give the error", async () => {
  nodeAssert.equal(std.assertThrows(refuse, RefusedError).message, "went wrong");
  nodeAssert.equal((await std.assertRejects(rejects, RefusedError)).message, "went wrong");
});

Deno.test("assertEquals() marks the lines that differ", () => {
  const error = std.assertThrows(() => std.assertEquals({ a: 1, b: 2, c: 3 }, { a: 1, b: 5, c: 3, d: 4 })) as Error;
  const diff = error.message.split("\n").slice(6).map((line) => line.trimEnd());
  nodeAssert.deepEqual(diff, [
    "    {",
    "      a: 1,",
    "-     b: 2,",
    "+     b: 5,",
    "      c: 3,",
    "+     d: 4,",
    "    }",
    "",
  ]);
});
