// deno run -A examples/05_schema/main.ts
import { client, handle, listen } from "@erpc/erpc";
import { type Place, type Point, Route } from "./contract.ts";

const places: Place[] = [
  { name: "the oak", at: { x: 3, y: 4 }, kind: "tree" },
  { name: "the mill", at: { x: 6, y: 8 }, kind: "house", note: "no longer in use" },
];

handle(Route, {
  lookUp: ({ x, y }) =>
    places.find(({ at }) => at.x === x && at.y === y) ?? { name: "", at: { x, y }, kind: "unknown" },
  async *around() {
    yield* places;
  },
  async record(points) {
    let count = 0, metres = 0, last: Point | undefined;
    for await (const point of points) {
      if (last !== undefined) metres += Math.hypot(point.x - last.x, point.y - last.y);
      last = point;
      count++;
    }
    return { points: count, metres };
  },
  async *chat(seen) {
    for await (const place of seen) yield { ...place, note: `${place.name} is noted` };
  },
});
await using server = await listen(":0", { registry: false });

// The same contract over any codec: one word chooses it.
for (const codec of ["jce", "pb", "json", "msgpack"] as const) {
  const route = client(Route, { address: server.address, codec });
  const { name, kind } = await route.lookUp({ x: 3, y: 4 });
  const { points, metres } = await route.record([{ x: 0, y: 0 }, { x: 3, y: 4 }, { x: 6, y: 8 }]);
  console.log(`${codec}: ${name} (${kind}), ${points} points, ${metres} m`);
}

const route = client(Route, { address: server.address });
for await (const { name, note } of route.around({ x: 0, y: 0 })) console.log(name, note ?? "");
for await (const { note } of route.chat(places)) console.log(note);
