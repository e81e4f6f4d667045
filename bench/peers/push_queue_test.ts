import { assertEquals, assertRejects } from "@std/assert";
import { PushQueue } from "./push_queue.ts";

Deno.test("push queue: items pushed before and while iterating come in order, then it ends", async () => {
  const queue = new PushQueue<number>(4);
  queue.push(1);
  queue.push(2);
  setTimeout(() => queue.push(3));
  setTimeout(() => queue.push(4), 1);
  assertEquals(await Array.fromAsync(queue), [1, 2, 3, 4]);
});

Deno.test("push queue: push tells the last item", () => {
  const queue = new PushQueue<string>(2);
  assertEquals([queue.push("a"), queue.push("b")], [true, false]);
});

Deno.test("push queue: a failure wakes the loop", async () => {
  const queue = new PushQueue<number>(2);
  setTimeout(() => queue.fail(new Error("gone")));
  await assertRejects(() => Array.fromAsync(queue), Error, "gone");
});
