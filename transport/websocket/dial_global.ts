/**
 * Dialling with the runtime's own WebSocket: what web pages have.
 *
 * @module
 */
import { type Address, formatAddress } from "../address.ts";
import type { DialOptions, Wire } from "../transport.ts";
import { SUBPROTOCOL } from "./accept.ts";
import { opening, SocketWire } from "./socket_wire.ts";

/** Dials with the runtime's WebSocket, which decides on certificates by itself. */
export async function dialGlobal(address: Address, { signal }: DialOptions): Promise<Wire> {
  const url = formatAddress(address), socket = new WebSocket(url, SUBPROTOCOL);
  await opening(socket, signal);
  if (socket.protocol === SUBPROTOCOL) return new SocketWire(socket, url, "ws://here");
  socket.close();
  throw new Error("its WebSocket does not speak erpc");
}
