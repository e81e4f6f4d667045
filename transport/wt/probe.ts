/**
 * Asking whether a server of QUIC is there, before a session is opened that can't be given up.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { ClientEndpoint } from "../quic/client_endpoint.ts";

/** Finds out whether anybody answers. */
export class Probe {
  #endpoint = new ClientEndpoint();

  /**
   * Resolves when a server of QUIC answers at `address`, or at once where the runtime's WebTransport needs no help: that of
   * Deno dials on for ten seconds after nobody waits any more. Rejects with what is in the way, or the reason of `signal`.
   */
  async ask({ hostname, port }: Address, signal: AbortSignal | undefined): Promise<void> {
    if (!("Deno" in globalThis)) return;
    const asking = this.#endpoint.connect({ hostname, port, alpnProtocols: ["erpc-probe"] }, signal);
    const refusal = await asking.then((conn) => void conn.close(), (error) => error);
    signal?.throwIfAborted();
    // No server speaks that protocol, so one that is there breaks off the handshake.
    if (refusal instanceof Error && !refusal.message.includes("cryptographic handshake failed")) throw refusal;
  }
}
