// deno run -A examples/08_idl/main.ts
// The contract is orchard.proto; this wrote the module from it:
// deno run -A jsr:@erpc/erpc/gen examples/08_idl/orchard.proto -o examples/08_idl/orchard.ts
import { client, handle, listen } from "@erpc/erpc";
import { Orchard, type Tree } from "./orchard.ts";

const trees: Tree[] = [];

handle(Orchard, {
  plant({ tree }) {
    return { number: tree ? trees.push(tree) : trees.length };
  },
  async *walk({ kind }) {
    yield* trees.filter((tree) => kind === undefined || tree.kind === kind);
  },
});
await using server = await listen(":0", { registry: false });

// To any peer that speaks Protocol Buffers these are the bytes of the messages in orchard.proto.
const orchard = client(Orchard, { address: server.address, codec: "pb" });
const plantedAt = new Date("2026-11-23T07:48:21Z"), graft: Tree = { name: "Conference", kind: "PEAR", grafts: [] };

await orchard.plant({ tree: { name: "Bramley", kind: "APPLE", plantedAt, grafts: [graft], cameraId: 7n } });
const { number } = await orchard.plant({ tree: { ...graft, visitor: "Ada" } });
console.log(`${number} trees`);

for await (const { name, plantedAt, grafts } of orchard.walk({ kind: "APPLE" })) {
  console.log(`${name}, planted in ${plantedAt?.getUTCFullYear()}, with ${grafts.map(({ name }) => name).join()}`);
}
