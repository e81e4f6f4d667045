import { assertEquals } from "@std/assert";
import { CookieJar } from "./cookie.ts";

const from = { hostname: "10.0.0.1", port: 5 }, NOW_MS = 1_000_500;

Deno.test("a cookie is known for ten seconds, for one dialer, to one jar", () => {
  const jar = new CookieJar(),
    cookie = jar.bake(from, 7n, NOW_MS),
    knows = (ms: number) => jar.knows(cookie, from, 7n, ms);
  assertEquals([0, 9000, 10_000, -1000].map((ms) => knows(NOW_MS + ms)), [true, true, false, false]);
  assertEquals(jar.knows(cookie, { ...from, port: 6 }, 7n, NOW_MS), false);
  assertEquals(jar.knows(cookie, { ...from, hostname: "10.0.0.2" }, 7n, NOW_MS), false);
  assertEquals(jar.knows(cookie, from, 8n, NOW_MS), false);
  assertEquals(new CookieJar().knows(cookie, from, 7n, NOW_MS), false);
  const changes = Array.from(cookie, (byte, i) => jar.knows(cookie.with(i, byte ^ 1), from, 7n, NOW_MS));
  assertEquals(changes, new Array(16).fill(false));
});
