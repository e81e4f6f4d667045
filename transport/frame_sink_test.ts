import { assertEquals } from "@std/assert";
import { FrameSink } from "./frame_sink.ts";

/** A sink whose writes are noted, by their sizes, and end when the test says so. */
function rig() {
  const sizes: number[] = [], ends: PromiseWithResolvers<void>[] = [], errors: unknown[] = [];
  const sink = new FrameSink(
    (bytes) => {
      sizes.push(bytes.length);
      const end = Promise.withResolvers<void>();
      ends.push(end);
      return end.promise;
    },
    (error) => errors.push(error),
    true,
  );
  const put = (...frames: number[]) => {
    for (const size of frames) {
      sink.ready();
      sink.raw(new Uint8Array(size));
      sink.flush();
    }
  };
  return { sink, sizes, ends, errors, put };
}

/** Lets everything run that waits for the end of the turn. */
async function turn(): Promise<void> {
  for (let i = 0; i < 10; i++) await null;
}

Deno.test("frames of one turn share one write at its end", async () => {
  const { put, sizes } = rig();
  put(100, 200, 300);
  assertEquals(sizes, []);
  await turn();
  assertEquals(sizes, [600]);
});

Deno.test("4 KiB of one turn go out at once, the rest of it follows in one write", async () => {
  const { put, sizes, ends, sink } = rig();
  put(2000, 2000, 96, 3000, 3000);
  assertEquals(sizes, [4096]);
  assertEquals(sink.pending, 10_096);
  await turn();
  assertEquals(sizes, [4096]); // one write at a time
  ends[0]!.resolve();
  await turn();
  assertEquals(sizes, [4096, 6000]);
  ends[1]!.resolve();
  await turn();
  assertEquals(sink.pending, 0);
});

Deno.test("a write that fails before the turn ends is told like any other", async () => {
  const { put, ends, errors, sizes } = rig();
  put(100, 5000);
  const gone = new Error("gone");
  ends[0]!.reject(gone);
  await turn();
  assertEquals(errors, [gone]);
  put(100, 5000);
  await turn();
  assertEquals(sizes, [5100]);
});

Deno.test("what is held back stays, however much it is", async () => {
  const { sink, put, sizes } = rig();
  sink.hold();
  put(5000, 5000);
  await turn();
  assertEquals(sizes, []);
  sink.release();
  await turn();
  assertEquals(sizes, [10_000]);
});
