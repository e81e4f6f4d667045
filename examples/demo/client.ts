// Started by main.ts: finds the server through the center, then calls it in three ways.
import { call, connect } from "@erpc/erpc";

const { msg } = await call<{ msg: string }>("demo.hello", { name: "world" }, { timeout: 5000 });
console.log(msg);

for await (const n of call<number>("demo.count", { to: 3 })) console.log(`counted ${n}`);

await using server = await connect(Deno.args[0]!);
server.handle("player.think", ({ below }: { below: number }) => {
  console.log(`the server asks back: a number below ${below}?`);
  return { number: 7 };
});
const { said } = await server.call<{ said: string }>("demo.guess");
console.log(`the server says: ${said}`);
