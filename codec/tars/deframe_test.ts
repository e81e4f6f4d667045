import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { type Code, RpcError } from "../../protocol/mod.ts";
import { deframe } from "./deframe.ts";

const framed = (packet: readonly number[]) => [0, 0, 0, packet.length + 4, ...packet];

async function packetsOf(reads: readonly Uint8Array[], maxBytes = 100): Promise<number[][]> {
  const packets: number[][] = [];
  for await (const packet of ReadableStream.from(reads).pipeThrough(deframe({ maxBytes }))) packets.push([...packet]);
  return packets;
}

Deno.test("deframe gives back packets, however the bytes were cut", async () => {
  const packet = fc.array(fc.nat(255), { minLength: 1, maxLength: 20 });
  const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(packet, { maxLength: 8 }), cuts, async (packets, cuts) => {
      const bytes = Uint8Array.from(packets.flatMap(framed)), reads: Uint8Array[] = [];
      for (let at = 0, i = 0; at < bytes.length; i++) reads.push(bytes.subarray(at, at += cuts[i % cuts.length]!));
      assertEquals(await packetsOf(reads), packets);
    }),
    { seed: 3, numRuns: 500 },
  );
});

const bad: [name: string, reads: number[][], code: Code, message: string][] = [
  ["ends within a length", [[0, 0, 0]], "data_loss", "ended within it"],
  ["ends within a packet", [framed([1]), [0, 0, 0, 9, 1]], "data_loss", "ended within it"],
  ["announces more than the limit", [[0, 0, 0, 101]], "resource_exhausted", "101 bytes, the limit is 100"],
  ["announces 4 GiB", [[255, 255], [255, 255]], "resource_exhausted", "4294967295 bytes"],
  ["announces a packet of nothing", [[0, 0, 0, 4]], "invalid_argument", "got the length 4"],
  ["announces less than the length itself", [[0], [0, 0, 0]], "invalid_argument", "got the length 0"],
];

for (const [name, reads, code, message] of bad) {
  Deno.test(`deframe refuses a stream that ${name}`, async () => {
    const error = await assertRejects(() => packetsOf(reads.map((read) => Uint8Array.from(read))), RpcError, message);
    assertEquals(error.code, code);
  });
}

Deno.test("deframe takes memory for what has come, not for what was announced", async () => {
  const stream = deframe(), writer = stream.writable.getWriter(), reading = stream.readable.getReader().read();
  const before = Deno.memoryUsage().external;
  await writer.write(Uint8Array.of(0, 0x3f, 0xff, 0xff, 1));
  assert(Deno.memoryUsage().external - before < 1 << 20);
  await writer.abort();
  await assertRejects(() => reading);
});
