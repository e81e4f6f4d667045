/**
 * How large bodies may be, on every transport.
 *
 * @module
 */
import type { TransportTrial } from "./transport_calls.ts";
import { fails, must, same } from "./verdict.ts";

const MAX_BODY_BYTES = 4 << 20;
const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => i * 13 + (i >> 8));

/** The cases. */
export const bodyTrials: Readonly<Record<string, TransportTrial>> = {
  async "carries a body of as many bytes as there may be, and refuses one more"(rig) {
    rig.server.handle("demo.echo", (value: unknown) => value)
      .handle("demo.make", ([a, b, c, d]: Uint8Array) => new Uint8Array(a! << 24 | b! << 16 | c! << 8 | d!));
    const client = rig.newClient({ codec: "none" }), most = bytes(MAX_BODY_BYTES);
    same(await client.call("demo.echo", most), most);
    await fails(client.call("demo.echo", bytes(MAX_BODY_BYTES + 1)), "resource_exhausted");
    const size = (n: number) => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);
    same((await client.call<Uint8Array>("demo.make", size(MAX_BODY_BYTES))).length, MAX_BODY_BYTES);
    await fails(client.call("demo.make", size(MAX_BODY_BYTES + 1)), ["resource_exhausted", "internal"]);
    same(await client.call("demo.echo", Uint8Array.of(7)), Uint8Array.of(7));
  },

  async "carries bodies of every size, many at once"(rig) {
    rig.server.handle("demo.echo", (value: unknown) => value);
    const client = rig.newClient({ codec: "none" });
    const bodies = [0, 1, 1199, 1200, 16_383, 65_535, 65_536, 65_537, 200_000].flatMap((n) => [bytes(n), bytes(n + 3)]);
    const back = await Promise.all(bodies.map((body) => client.call<Uint8Array>("demo.echo", body)));
    for (const [i, body] of bodies.entries()) same(back[i], body);
  },
};

/** What must happen to bodies that a transport can't carry. */
export const bodyRefusals: Readonly<Record<string, TransportTrial>> = {
  async "says of a body that does not fit that it does not"(rig) {
    rig.server.handle("demo.echo", (value: unknown) => value).handle("demo.make", () => bytes(MAX_BODY_BYTES));
    const client = rig.newClient({ codec: "none" });
    for (const call of [client.call("demo.echo", bytes(MAX_BODY_BYTES)), client.call("demo.make")]) {
      const error = await fails(call, "resource_exhausted");
      must(error.message.startsWith("Cannot "), `the message is ${error.message}`);
    }
    same(await client.call("demo.echo", Uint8Array.of(7)), Uint8Array.of(7));
  },
};
