/**
 * Stages: what happens to framed bytes between the frames and the socket, such as compression or authentication.
 *
 * The unit that flows is a chunk of many whole frames (one flush), so a stage costs microseconds per flush, not per call.
 *
 * @module
 */

/** Changes each chunk: one chunk in, one chunk out. A plain function is wrapped in a stream once per connection. */
export type ChunkTransform = TransformStream<Uint8Array, Uint8Array> | ((chunk: Uint8Array) => Uint8Array);

/** The connection that a stage is made for. */
export interface StageLink {
  /** Which end this is. */
  readonly role: "dialer" | "acceptor";
  /** 16 random bytes of this connection, made by this end. */
  readonly localNonce: Uint8Array;
  /** 16 random bytes of this connection, made by the other end. */
  readonly remoteNonce: Uint8Array;
  /** Bytes a chunk may have after opening. */
  readonly maxChunkBytes: number;
}

/** A stage. Both ends must run stages of the same names in the same order. */
export interface Stage {
  /** Name the other end must know it by: 1-64 characters, no comma. */
  readonly name: string;
  /** Makes the two directions for one connection: `seal` on the way out, `open` on the way in. */
  connect(link: StageLink): { seal: ChunkTransform; open: ChunkTransform };
}

/** A stream of a chunk transform. */
function toStream(transform: ChunkTransform): TransformStream<Uint8Array, Uint8Array> {
  if (typeof transform !== "function") return transform;
  return new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(transform(chunk));
    },
  });
}

/**
 * Runs chunks through `transforms` in order and gives what comes out to `sink`. The returned function takes one chunk at a
 * time: it resolves when `sink` is done with what came of it, and rejects with what a stage or `sink` fails with. `onError`
 * gets the error of a stage that fails while no chunk is on its way.
 */
export function runStages(
  transforms: readonly ChunkTransform[],
  sink: (chunk: Uint8Array) => void | Promise<void>,
  onError: (error: unknown) => void,
): (chunk: Uint8Array) => Promise<void> {
  const [first, ...rest] = transforms.map(toStream);
  const last = rest.reduce((readable, stage) => readable.pipeThrough(stage), first!.readable);
  const writer = first!.writable.getWriter();
  let onTheWay: PromiseWithResolvers<void> | null = null, failure: { error: unknown } | null = null;
  const settle = () => {
    const settled = onTheWay;
    onTheWay = null;
    return settled;
  };
  const write = async (chunk: Uint8Array) => {
    await sink(chunk);
    settle()?.resolve();
  };
  const fail = (error: unknown) => {
    failure = { error };
    const waiting = settle();
    if (waiting === null) onError(error);
    else waiting.reject(error);
  };
  last.pipeTo(new WritableStream({ write })).then(() => fail(new Error("a stage has ended")), fail);
  writer.closed.catch(() => {}); // the same error reaches `fail` through the pipe
  return (chunk) => {
    if (failure !== null) return Promise.reject(failure.error);
    onTheWay = Promise.withResolvers();
    writer.write(chunk).catch(() => {});
    return onTheWay.promise;
  };
}
