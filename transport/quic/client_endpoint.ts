/**
 * The local end that a process dials QUIC from.
 *
 * @module
 */

/**
 * One UDP socket for all connections that are dialled: one for each would hold megabytes until it is collected. A dial can
 * only be given up with its socket, so one that nobody wants any more stays until the rest is over, or its time is.
 */
export class ClientEndpoint {
  #endpoint: Deno.QuicEndpoint | null = null;
  #wanted = 0; // dials and connections
  #unwanted = 0; // dials that were given up

  /** Connects; rejects with what the runtime says, or with the reason of `signal`. */
  async connect(options: Deno.ConnectQuicOptions<false>, signal?: AbortSignal): Promise<Deno.QuicConn> {
    signal?.throwIfAborted();
    const endpoint = this.#endpoint ??= bind(), dialled = Deno.connectQuic({ ...options, endpoint });
    const given = Promise.withResolvers<never>(), onAbort = () => given.reject(signal!.reason);
    this.#wanted++;
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const conn = await Promise.race([dialled, given.promise]);
      conn.closed.catch(() => {}).finally(() => this.#release());
      return conn;
    } catch (error) {
      if (signal?.aborted) this.#outlive(dialled);
      this.#release();
      throw error;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Nobody wants `dialled` any more. */
  #outlive(dialled: Promise<Deno.QuicConn>): void {
    this.#unwanted++;
    dialled.then((conn) => conn.close(), () => {}).finally(() => this.#unwanted--);
  }

  /** A connection or dial is over; dials that nobody wants end with the last. */
  #release(): void {
    if (--this.#wanted > 0 || this.#unwanted === 0) return;
    this.#endpoint?.close();
    this.#endpoint = null;
  }
}

/** Both families by one socket, or IPv4 alone where there is nothing else. */
function bind(): Deno.QuicEndpoint {
  try {
    return new Deno.QuicEndpoint({ hostname: "::", port: 0 });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return new Deno.QuicEndpoint({ hostname: "0.0.0.0", port: 0 });
  }
}
