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

/** Addresses of both ends. */
export interface Ends {
  /** Address of the other end. */
  readonly remote: string;
  /** Address of this end. */
  readonly local: string;
}

/** A number of bytes, as it travels. */
const COUNT_BYTES = 8;

/** A wire over `stream` of a session that is ready. */
export function sessionWire(
  session: WebTransport,
  { readable, writable }: WebTransportBidirectionalStream,
  ends: Ends,
): StreamWire {
  return new StreamWire({
    ...ends,
    readable,
    writable,
    closed: session.closed.then(closeReason),
    finish: (_, bytes) => tellCount(session, bytes),
    peerFinished: hearCount(session),
    close: (inPeace) => session.close({ closeCode: inPeace ? closeCodes.done : closeCodes.aborted, reason: "" }),
  });
}

async function tellCount(session: WebTransport, count: number): Promise<void> {
  const bytes = new Uint8Array(COUNT_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(count));
  const stream = await session.createUnidirectionalStream();
  await stream.getWriter().write(bytes);
}

/** Resolves with the count that the peer tells; never, when the session ends before. */
async function hearCount(session: WebTransport): Promise<number> {
  const { value: stream } = await session.incomingUnidirectionalStreams.getReader().read();
  if (stream === undefined) return Infinity;
  const reader = (stream as ReadableStream<Uint8Array>).getReader(), bytes = new Uint8Array(COUNT_BYTES);
  for (let at = 0; at < COUNT_BYTES;) {
    const { value, done } = await reader.read();
    if (done) return Infinity;
    const part = value.subarray(0, COUNT_BYTES - at);
    bytes.set(part, at);
    at += part.length;
  }
  return Number(new DataView(bytes.buffer).getBigUint64(0));
}
