// deno run -A examples/03_streams/main.ts
import { call, handle } from "@erpc/erpc";

// One request, a stream of replies.
handle("demo.count", async function* ({ to }: { to: number }) {
  for (let n = 1; n <= to; n++) yield n;
});
for await (const n of call<number>("demo.count", { to: 3 })) console.log(`counted ${n}`);

// A stream of requests, one reply.
handle("demo.sum", async (numbers: AsyncIterable<number>) => {
  let sum = 0;
  for await (const n of numbers) sum += n;
  return sum;
});
console.log(`the sum is ${await call<number>("demo.sum", streamOf(1, 2, 3))}`);

// A stream each way.
handle("demo.shout", async function* (words: AsyncIterable<string>) {
  for await (const word of words) yield word.toUpperCase();
});
for await (const word of call<string>("demo.shout", streamOf("hello", "world"))) console.log(word);

async function* streamOf<T>(...items: T[]) {
  yield* items;
}
