// deno run -A examples/06_cancel_deadline/main.ts
import { call, type Context, handle, RpcError } from "@erpc/erpc";

handle("demo.sleep", ({ ms }: { ms: number }, { signal }: Context) => {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve("slept well"), ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      console.log(`server: ${signal.reason.code}`);
      reject(signal.reason);
    });
  });
});
handle("demo.ticks", async function* () {
  try {
    for (let n = 1;; n++) yield n;
  } finally {
    console.log("server: nobody listens any more");
  }
});

// A deadline travels with the call, as the time that is left: both ends give up.
await call("demo.sleep", { ms: 60_000 }, { timeout: 100 }).catch(tell);

// An AbortSignal cancels at the other end too.
const controller = new AbortController();
setTimeout(() => controller.abort(), 100);
await call("demo.sleep", { ms: 60_000 }, { signal: controller.signal }).catch(tell);

// And so does leaving the loop.
for await (const n of call<number>("demo.ticks")) if (n === 3) break;
console.log(await call("demo.sleep", { ms: 10 }));

function tell(error: unknown) {
  if (error instanceof RpcError) console.log(`client: ${error.code}`);
}
