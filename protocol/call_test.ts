import { assertEquals, assertThrows } from "@std/assert";
import { intercept, type InterceptedCall, type Interceptor, isAsyncIterable, splitName } from "./call.ts";

const names: [name: string, service: string, method: string][] = [
  ["demo.hello", "demo", "hello"],
  ["pkg.demo.hello", "pkg.demo", "hello"],
  ["a..b", "a.", "b"],
  ["grüße.an", "grüße", "an"],
  [`${"s".repeat(253)}.m`, "s".repeat(253), "m"],
];

for (const [name, service, method] of names) {
  Deno.test(`the name ${name.slice(0, 20)} splits at its last dot`, () =>
    assertEquals(splitName(name), [service, method]));
}

for (const name of ["", "hello", ".hello", "demo.", ".", `${"s".repeat(254)}.m`, `${"ü".repeat(127)}.m`]) {
  Deno.test(`${JSON.stringify(name.slice(0, 20))} of ${name.length} characters is no method name`, () => {
    assertThrows(() => splitName(name), TypeError, "as a method name");
  });
}

Deno.test("the first interceptor is the outermost, and each may change what goes in and comes out", async () => {
  const call = { request: "r" } as InterceptedCall;
  const adding = (name: string): Interceptor => (next) => async (call) =>
    `${await next({ ...call, request: `${call.request}>${name}` })}<${name}`;
  const run = intercept([adding("a"), adding("b")], ({ request }) => Promise.resolve(`${request}!`));
  assertEquals([await run(call), await intercept([], ({ request }) => Promise.resolve(request))(call)], [
    "r>a>b!<b<a",
    "r",
  ]);
});

Deno.test("only what can be iterated asynchronously is a stream of requests", () => {
  const stream = { async *[Symbol.asyncIterator]() {} };
  const others = [undefined, null, 1, "text", [1], new Set(), { next() {} }, () => {}];
  assertEquals([isAsyncIterable(stream), others.some(isAsyncIterable)], [true, false]);
});
