/**
 * Deno's connections and listeners as the transports' wires and listeners.
 *
 * @module
 */
import type { Listener, Wire } from "./transport.ts";

/** A wire over a Deno connection. */
export function wireOf(conn: Deno.Conn, local: string, remote: string): Wire {
  let closed = false;
  return {
    local,
    remote,
    read: (into) => conn.read(into).catch((error) => closed ? null : Promise.reject(error)),
    write: (bytes) => conn.write(bytes),
    background: () => conn.unref(),
    close() {
      if (closed) return;
      closed = true;
      conn.close();
    },
  };
}

/** A listener over a Deno listener. An accept that fails for one connection does not end it. */
export function listenerOf(
  listener: Deno.Listener,
  address: string,
  wire: (conn: Deno.Conn) => Wire,
  onClose: () => void = () => {},
): Listener {
  let closed = false;
  return {
    address,
    connections: accept(),
    close() {
      if (closed) return;
      closed = true;
      listener.close();
      onClose();
    },
  };

  async function* accept(): AsyncGenerator<Wire> {
    while (!closed) {
      try {
        yield wire(await listener.accept());
      } catch (error) {
        if (closed || error instanceof Deno.errors.BadResource) return;
        // One bad handshake, or no file descriptor left for a moment: wait a little instead of spinning.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }
}
