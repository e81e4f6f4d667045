// Started by main.ts: answers, counts and asks back until it is told to stop.
import { type Context, handle, listen } from "@erpc/erpc";

handle("demo.hello", ({ name }: { name: string }) => ({ msg: `hello ${name}` }));
handle("demo.count", async function* ({ to }: { to: number }) {
  for (let n = 1; n <= to; n++) yield n;
});
handle("demo.guess", async (_: unknown, { peer }: Context) => {
  const { number } = await peer.call<{ number: number }>("player.think", { below: 10 });
  return { said: `you thought of ${number}` };
});

const server = await listen(":0");
console.log(`server at ${server.address}`);

Deno.addSignalListener("SIGTERM", () => server.drain());
await server.finished;
console.log("server drained");
Deno.exit();
