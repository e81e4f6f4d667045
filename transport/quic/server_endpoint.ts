/**
 * The local ends that a process listens at with QUIC.
 *
 * @module
 */

/** How long the end of listening may take. */
const WAKE_MS = 1000;

/** A bound UDP socket that can be listened at, and later again. */
export class ServerEndpoint {
  readonly #endpoint: Deno.QuicEndpoint;
  /** The endpoint stops listening when one of them is collected, even one that was replaced long ago. */
  readonly #listeners: Deno.QuicListener[] = [];
  #usable = true;

  /** Binds. */
  constructor(address: Deno.QuicEndpointOptions) {
    this.#endpoint = new Deno.QuicEndpoint(address);
  }

  /** The port that it is bound to. */
  get port(): number {
    return this.#endpoint.addr.port;
  }

  /** Whether it can be listened at again. */
  get usable(): boolean {
    return this.#usable;
  }

  /** Listens; with other options, those of before are replaced, and what comes in is still given by the first listener. */
  listen(options: Deno.QuicListenOptions): Deno.QuicListener {
    const listener = this.#endpoint.listen(options);
    this.#listeners.push(listener);
    return listener;
  }

  /** Gives it up for good. */
  close(): void {
    this.#usable = false;
    this.#endpoint.close();
  }

  /**
   * Ends the wait for what comes in. Nothing but something that comes in does so without giving up the socket, which the
   * runtime frees some day only; so it is dialled from itself.
   */
  async wake(): Promise<void> {
    const { hostname, port } = this.#endpoint.addr,
      host = hostname.replace(/^0\.0\.0\.0$/, "127.0.0.1").replace(/^::$/, "::1");
    const name = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
    if (Deno.permissions.querySync({ name: "net", host: name }).state !== "granted") return this.close();
    const late = setTimeout(() => this.close(), WAKE_MS), alpnProtocols = ["wake"];
    const woken = Deno.connectQuic({ hostname: host, port, alpnProtocols, endpoint: this.#endpoint });
    await Promise.resolve(woken).then((conn) => conn.close(), () => {}); // it is refused, as it should be
    clearTimeout(late);
  }

  /** Stops listening: what comes in gets no answer. */
  stop(): void {
    for (const listener of this.#listeners) listener.stop();
  }
}

/** Server endpoints of a transport: one that is free is used again, as its socket may be bound for a while yet. */
export class ServerEndpoints {
  #free = new Map<string, WeakRef<ServerEndpoint>>();

  /** An endpoint bound to an address. Throws what the runtime throws. */
  take(hostname: string, port: number): ServerEndpoint {
    const name = `${hostname}:${port}`, free = this.#free.get(name)?.deref();
    this.#free.delete(name);
    return free ?? new ServerEndpoint({ hostname, port });
  }

  /** Whoever listens at `hostname` and its port next may have it. */
  giveBack(hostname: string, endpoint: ServerEndpoint): void {
    if (endpoint.usable) this.#free.set(`${hostname}:${endpoint.port}`, new WeakRef(endpoint));
  }
}
