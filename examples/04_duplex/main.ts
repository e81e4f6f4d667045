// deno run -A examples/04_duplex/main.ts
import { connect, type Context, handle, listen } from "@erpc/erpc";

// The server calls its client back, over the client's own connection.
handle("shop.buy", async ({ item }: { item: string }, { peer }: Context) => {
  const { yes } = await peer.call<{ yes: boolean }>("buyer.confirm", { question: `really buy ${item}?` });
  return { bought: yes };
});
await using server = await listen(":0", { registry: false });

await using shop = await connect(server.address);
shop.handle("buyer.confirm", ({ question }: { question: string }) => {
  console.log(`asked: ${question}`);
  return { yes: true };
});
console.log(await shop.call("shop.buy", { item: "a kite" }));
