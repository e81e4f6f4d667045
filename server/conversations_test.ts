/**
 * Holds a server against the conversations among the vectors of the protocol: bytes that a dialer sends, frames that it gets.
 */
import { assertEquals } from "@std/assert";
import { decodeHex, encodeHex } from "@std/encoding/hex";
import { FrameType, RpcError } from "../protocol/mod.ts";
import vectors from "../protocol/vectors.json" with { type: "json" };
import type { RawFrame, RawPeer } from "../testing/mod.ts";
import { expectAlive, Rig, ways } from "./hostile_rig_test.ts";

/** The methods that the vectors speak of. */
function handle({ server }: Rig): void {
  server.handle("test.echo", (bytes: Uint8Array) => bytes)
    .handle("test.upto", function* ([n = 0]: Uint8Array) {
      for (let i = 1; i <= n; i++) {
        if (i > 1 && n === 255) throw new RpcError("data_loss", "Cannot go on");
        yield Uint8Array.of(i);
      }
    })
    .handle("test.sum", async (items: AsyncIterable<Uint8Array>) => {
      let sum = 0;
      for await (const [n = 0] of items) sum += n;
      return Uint8Array.of(sum);
    })
    .handle("test.hang", () => new Promise(() => {}))
    .handle("test.fail", () => {
      throw new RpcError("not_found", "no", { status: 1404, details: { a: 1 }, retryAfterMs: -1 });
    });
}

/** What is asked of a frame: any of its fields, bytes as hex. */
type Expected = Partial<Record<keyof RawFrame, number | string>>;

function same(frame: Required<RawFrame>, expected: Expected): void {
  for (const [key, value] of Object.entries(expected)) {
    const got = frame[key as keyof RawFrame];
    assertEquals([key, got instanceof Uint8Array ? encodeHex(got) : got], [key, value]);
  }
}

async function follow(peer: RawPeer, expected: readonly Expected[], ends: boolean): Promise<void> {
  for (const next of expected) {
    const frame = await peer.find(({ type }) => type !== FrameType.hello);
    if (frame === null) throw new Error(`the connection ended, instead of ${JSON.stringify(next)}`);
    same(frame, next);
  }
  if (!ends) return await expectAlive(peer, true);
  assertEquals((await peer.rest()).filter(({ type }) => type !== FrameType.hello), []);
}

for (const way of ways) {
  for (const { name, send, receive, ends } of vectors.conversations) {
    Deno.test(`${way}: ${name}`, async () => {
      await using rig = await new Rig({ drainMs: 100 }).start();
      handle(rig);
      await rig.attack(name, async () => {
        using peer = await rig.dial(way);
        peer.send(decodeHex(send));
        await follow(peer, receive, ends);
      });
    });
  }
}
