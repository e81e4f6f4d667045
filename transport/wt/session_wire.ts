/**
 * A wire over a WebTransport session, at either end, in a browser or not.
 *
 * The end of a stream can't be relied upon: the runtime's server never sends it. So an end that closes says beside the
 * stream, on another one, how many bytes it has written (PROTOCOL.md, WebTransport).
 *
 * @module
 */
import { closeCodes, closeReason } from "../quic/close_codes.ts";
import { StreamWire } from "../quic/stream_wire.ts";

/** What a wire needs to know of its session. */
export interface SessionParts {
  /** The stream of the frames. */
  readonly stream: WebTransportBidirectionalStream;
  /** Streams of the peer that are still to come. */
  readonly streams: ReadableStreamDefaultReader<WebTransportBidirectionalStream>;
  /** Whether this is the dialer. */
  readonly closes: boolean;
  /** Address of the other end. */
  readonly remote: string;
  /** Address of this end. */
  readonly local: string;
}

/** A number of bytes, as it travels. */
const COUNT_BYTES = 8;

/** A wire over a session that is ready. */
export function sessionWire(session: WebTransport, { stream, streams, ...ends }: SessionParts): StreamWire {
  return new StreamWire({
    ...ends,
    readable: stream.readable,
    writable: stream.writable,
    closed: session.closed.then(closeReason),
    finish: (_, bytes) => tellCount(session, bytes),
    peerFinished: hearCount(streams),
    close: (inPeace) => session.close({ closeCode: inPeace ? closeCodes.done : closeCodes.aborted, reason: "" }),
  });
}

/** On a stream of two directions: the runtime's server hears of no other kind when its client is a browser. */
async function tellCount(session: WebTransport, count: number): Promise<void> {
  const bytes = new Uint8Array(COUNT_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(count));
  const { writable } = await session.createBidirectionalStream();
  await writable.getWriter().write(bytes);
}

/** Resolves with the count that the peer tells; never, when the session ends before. */
async function hearCount(streams: SessionParts["streams"]): Promise<number> {
  const { value: stream } = await streams.read();
  if (stream === undefined) return Infinity;
  const reader = stream.readable.getReader(), bytes = new Uint8Array(COUNT_BYTES);
  for (let at = 0; at < COUNT_BYTES;) {
    const { value, done } = await reader.read();
    if (done) return Infinity;
    const part = value.subarray(0, COUNT_BYTES - at);
    bytes.set(part, at);
    at += part.length;
  }
  return Number(new DataView(bytes.buffer).getBigUint64(0));
}
