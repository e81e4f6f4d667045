import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { refined, RpcError } from "./error.ts";
import { type Code, codeOf, codes } from "./status.ts";

Deno.test("an error has the status of its code, and what it was given", () => {
  const cause = new Error("why"),
    error = new RpcError("aborted", "Cannot go on", { details: [1], cause, retryAfterMs: 5 });
  const { code, status, message, details, retryAfterMs, name, ofCall } = error;
  assertEquals(
    { code, status, message, details, retryAfterMs, name, ofCall },
    {
      code: "aborted",
      status: 10,
      message: "Cannot go on",
      details: [1],
      retryAfterMs: 5,
      name: "RpcError",
      ofCall: false,
    },
  );
  assertStrictEquals(error.cause, cause);
  assertEquals("cause" in new RpcError("aborted", "Cannot go on"), false);
});

Deno.test("a status goes with its own code alone, a business status with any", () => {
  const code = fc.constantFrom(...Object.keys(codes) as Code[]);
  fc.assert(
    fc.property(code, fc.integer({ min: -10, max: 70_000 }), (code, status) => {
      const allowed = status >= 1 && status <= 65_535 && (status >= 1000 || codeOf(status) === code);
      if (allowed) assertEquals(new RpcError(code, "", { status }).status, status);
      else assertThrows(() => new RpcError(code, "", { status }), RangeError, "Cannot make an RpcError");
    }),
    { seed: 5, numRuns: 2000 },
  );
  for (const status of [NaN, 1.5, Infinity]) assertThrows(() => new RpcError("unknown", "", { status }), RangeError);
});

Deno.test("a refinement can be named", () => {
  const { code, status } = new RpcError("unavailable", "", { status: "going_away" });
  assertEquals([code, status, refined("overloaded", "").code], ["unavailable", 114, "resource_exhausted"]);
  assertThrows(() => new RpcError("internal", "", { status: "going_away" }), RangeError);
});

const thrown: [name: string, value: unknown, code: Code, message: string][] = [
  ["an Error", new TypeError("no"), "internal", "no"],
  ["a timeout", new DOMException("late", "TimeoutError"), "deadline_exceeded", "late"],
  ["an abort", new DOMException("enough", "AbortError"), "canceled", "enough"],
  ["another DOMException", new DOMException("odd", "DataError"), "internal", "odd"],
  ["text", "oh", "internal", "oh"],
  ["nothing", undefined, "internal", "undefined"],
  ["null", null, "internal", "null"],
];

for (const [name, value, code, message] of thrown) {
  Deno.test(`${name} that was thrown becomes ${code}, with it as cause`, () => {
    const error = RpcError.from(value, "internal");
    assertEquals([error.code, error.message, error.cause], [code, message, value]);
  });
}

Deno.test("an RpcError stays itself, and what is no error is unknown", () => {
  const error = new RpcError("not_found", "Cannot find it");
  assertStrictEquals(RpcError.from(error, "internal"), error);
  assertEquals(RpcError.from(1).code, "unknown");
});
