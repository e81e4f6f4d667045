/**
 * Reads a socket until it is closed.
 *
 * @module
 */
import { sleep, systemClock } from "../../protocol/mod.ts";
import type { DatagramSocket, SocketAddress } from "./socket.ts";

/** Gets each datagram; its memory is used again as soon as this has returned. */
export type TakeDatagram = (bytes: Uint8Array<ArrayBuffer>, from: SocketAddress) => void;

/** What a read that fails waits before the next. */
const PAUSE_MS = 10;

/** Gives every datagram of at most `maxBytes` to `take`, until `isClosed`. */
export async function receiveAll(
  socket: DatagramSocket,
  maxBytes: number,
  { take, isClosed }: { take: TakeDatagram; isClosed: () => boolean },
): Promise<void> {
  const into = new Uint8Array(maxBytes + 1);
  while (!isClosed()) {
    try {
      const received = await socket.receive(into), bytes = received[0];
      if (bytes.length <= maxBytes && !isClosed()) take(bytes, received[1]);
    } catch {
      if (isClosed()) return;
      await sleep(systemClock, PAUSE_MS); // the system is short of something
    }
  }
}
