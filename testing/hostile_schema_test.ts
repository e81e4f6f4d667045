/**
 * Hostile bodies in codecs driven by a schema: requests to a server and replies to a client.
 */
import { assert, assertEquals } from "@std/assert";
import { type CodecName, codecs, loadCodec, service, unary } from "../codec/mod.ts";
import { Client } from "../client/mod.ts";
import { FrameType, refinements, RpcError, systemClock } from "../protocol/mod.ts";
import { bounded, expectOutcome, Rig } from "../server/hostile_rig_test.ts";
import { MemoryTransport } from "../transport/mod.ts";
import { Bag, hostileBodies, right } from "./hostile_schema_bodies_test.ts";
import { plainHello, rawBytes, rawFrame, RawPeer, rawRequest } from "./raw_peer.ts";

const MIB = 1 << 20, Bags = service("bags", { take: unary(Bag, Bag) });

await Promise.all((Object.keys(codecs) as CodecName[]).map((name) => loadCodec(name)));

Deno.test("every codec with a schema has hostile bodies", () => {
  const others = ["none", "jce_any"]; // jce_any's are in server/hostile_bodies_test.ts
  assertEquals(Object.keys(hostileBodies).concat(others).sort(), Object.keys(codecs).sort());
});

/** Runs `what`, which must be quick and take little. */
async function cheaply(name: string, what: () => Promise<void>): Promise<void> {
  const before = systemClock.now(), { external } = Deno.memoryUsage();
  await what();
  assert(systemClock.now() - before < 5000, `${name} took too long`);
  assert(Deno.memoryUsage().external - external < 200 * MIB, `${name} took too much memory`);
}

for (const [codec, cases] of Object.entries(hostileBodies)) {
  const { id } = codecs[codec as keyof typeof hostileBodies];

  Deno.test(`requests in ${codec} that are hostile are refused unrun`, async () => {
    await using rig = await new Rig().start();
    let runs = 0;
    rig.server.handle(Bags, {
      take: (bag) => {
        runs++;
        return bag;
      },
    });
    await rig.attack(codec, async () => {
      for (const [name, body] of Object.entries(cases)) {
        await cheaply(name, async () => {
          using peer = await rig.dial("tcp");
          peer.send(plainHello, rawRequest(1, "bags.take", { codec: id, body }));
          try {
            await expectOutcome(peer, { answers: refinements.bad_request_body });
          } catch (error) {
            throw new Error(name, { cause: error });
          }
        });
      }
    });
    assertEquals(runs, 0);
  });

  Deno.test(`replies in ${codec} that are hostile fail their call alone`, async () => {
    const transport = new MemoryTransport(), listener = transport.bind("evil"), bad = Object.entries(cases);
    let connections = 0;
    const evil = (async () => {
      for await (const wire of listener.connections) {
        using peer = new RawPeer(wire);
        connections++;
        peer.send(plainHello);
        for (let frame; (frame = await peer.frame()) !== null;) {
          if (frame.type !== FrameType.request) continue;
          const body = bad[frame.id >> 1]![1];
          peer.send(rawFrame({ type: FrameType.response, id: frame.id, codec: id, body }));
        }
      }
    })();
    const client = new Client({
      address: "mem://evil",
      transports: [transport],
      codec: codec as keyof typeof hostileBodies,
    });
    for (const [name] of bad) {
      await cheaply(name, async () => {
        const error = await bounded(name, client.of(Bags).take(right).then(() => null, (error: unknown) => error));
        assert(error instanceof RpcError, `${name}: ${error}`);
        assertEquals([error.code, error.status], ["internal", 13], name);
      });
    }
    assertEquals(connections, 1);
    await client.close();
    listener.close();
    await evil;
  });
}

Deno.test("a body that is right is taken, so that the others are refused for what is wrong with them", async () => {
  await using rig = await new Rig().start();
  rig.server.handle(Bags, { take: (bag) => bag });
  for (const codec of Object.keys(hostileBodies) as (keyof typeof hostileBodies)[]) {
    await using client = new Client({ address: rig.server.address, codec });
    assertEquals(rawBytes((await client.of(Bags).take(right)).data), right.data);
  }
});
