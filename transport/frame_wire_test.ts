import { assert, assertEquals, assertRejects } from "@std/assert";
import { FrameType, MetadataKey, Reader, readMetadata, refined, RpcError } from "../protocol/mod.ts";
import { startPair } from "../testing/mod.ts";
import { FrameView, makeFailure, makeHello } from "./frame_view.ts";
import { FrameWire } from "./frame_wire.ts";
import type { Transport } from "./transport.ts";

/** Hands each frame to another wire of its kind, in a turn of its own. */
class Handover extends FrameWire {
  readonly remote = "hand://over";
  readonly local = "hand://over";
  readonly noStreams = "hand carries no streams";
  readonly sent: FrameView[] = [];
  other: Handover | null = null;
  lost: (frame: FrameView) => boolean = () => false;

  protected override send(frame: FrameView): Promise<void> | void {
    const { id, type } = frame;
    if (type === FrameType.request && this.lost(frame)) {
      return this.deliver(makeFailure(id, refined("request_too_large", "Cannot send: it is lost on purpose")));
    }
    const copy = new FrameView(frame.bytes.slice());
    this.sent.push(copy);
    return Promise.resolve().then(() => this.other!.deliver(copy));
  }

  protected override release(): void {
    this.other?.end();
  }
}

async function pair(prepare: (wire: Handover) => void = () => {}) {
  const wires: Handover[] = [];
  const transport: Transport = {
    name: "hand",
    dial: () => {
      const [here, there] = [new Handover(), new Handover()];
      here.other = there;
      there.other = here;
      prepare(here);
      wires.push(here);
      rig.server.serve(there);
      return Promise.resolve(here);
    },
    listen: () => Promise.reject(new Error("not needed")),
  };
  const rig = await startPair({ client: { address: "hand://x:1", transports: [transport] } });
  return { ...rig, wires };
}

Deno.test("calls pass frame by frame, small, large and many at once", async () => {
  await using rig = await pair();
  rig.server.handle("demo.echo", (value: unknown) => value);
  const sizes = [0, 1, 1000, 100_000, 3_000_000];
  for (const size of sizes) {
    const body = new Uint8Array(size).fill(7);
    assertEquals(await rig.client.call("demo.echo", body), body);
  }
  const replies = await Promise.all(Array.from({ length: 500 }, (_, i) => rig.client.call("demo.echo", i)));
  assertEquals(replies, Array.from({ length: 500 }, (_, i) => i));
});

Deno.test("every request names its method", async () => {
  await using rig = await pair();
  rig.server.handle("demo.echo", (value: unknown) => value);
  for (let i = 0; i < 3; i++) await rig.client.call("demo.echo", i);
  const requests = rig.wires[0]!.sent.filter(({ type }) => type === FrameType.request);
  assertEquals(requests.length, 3);
  for (const { metadata } of requests) {
    const keys: number[] = [];
    readMetadata(new Reader(metadata), 100, (key) => keys.push(key));
    assertEquals(keys, [MetadataKey.service, MetadataKey.method]);
  }
});

Deno.test("a call with a stream of requests is refused before anything is sent", async () => {
  await using rig = await pair();
  rig.server.handle("demo.sum", () => 0);
  const call = rig.client.call("demo.sum", (async function* () {})());
  const error = await assertRejects(() => Promise.resolve(call), RpcError, "hand carries no streams");
  assertEquals(error.code, "unimplemented");
  assertEquals(rig.wires[0]!.sent.filter(({ type }) => type === FrameType.request), []);
});

Deno.test("a method that answers with a stream fails its call", async () => {
  await using rig = await pair();
  let begun = false;
  rig.server.handle("demo.count", async function* () {
    begun = true;
    yield await Promise.resolve(1);
  });
  const error = await assertRejects(() => Promise.resolve(rig.client.call("demo.count")), RpcError, "no streams");
  assertEquals([error.code, begun], ["unimplemented", false]);
});

Deno.test("a frame that can't be sent fails its call alone", async () => {
  await using rig = await pair((wire) => wire.lost = ({ body }) => body.length > 100);
  rig.server.handle("demo.echo", (value: unknown) => value);
  const large = rig.client.call("demo.echo", new Uint8Array(200)).catch((error) => error);
  const small = rig.client.call("demo.echo", "small");
  const error = await large;
  assert(error instanceof RpcError);
  assertEquals([error.code, error.message], ["resource_exhausted", "Cannot send: it is lost on purpose"]);
  assertEquals(await small, "small");
});

Deno.test("a wire that ends gives what it has, then its end", async () => {
  class Plain extends FrameWire {
    readonly remote = "";
    readonly local = "";
    released = 0;
    protected override send(): void {}
    protected override release(): void {
      this.released++;
    }
    finish(error?: Error) {
      this.deliver(makeHello({ agent: "x" }));
      this.end(error);
      this.end();
    }
  }
  const wire = new Plain(), into = new Uint8Array(20);
  wire.finish(new Error("gone"));
  let n = 0, part;
  const size = makeHello({ agent: "x" }).bytes.length;
  while (n < size) n += (part = await wire.read(into))!;
  assert(part! > 0);
  await assertRejects(() => wire.read(into), Error, "gone");
  await assertRejects(() => wire.write(makeHello({}).bytes), Error, "gone");
  wire.close();
  assertEquals(wire.released, 1);
});
