/** Ends of kcp on a network in memory, with time that stands still. */
import { assert } from "@std/assert";
import { type DatagramFaults, DatagramNetwork, FakeClock, seeded } from "../../testing/mod.ts";
import { parseAddress } from "../address.ts";
import { type KcpOptions, kcpTransport } from "../kcp.ts";
import type { Listener, Transport, Wire } from "../transport.ts";
import type { SocketAddress } from "../udp/socket.ts";

/** Where the rig listens. */
export const SERVER: SocketAddress = { hostname: "127.0.0.1", port: 9000 };

/** The same as an address. */
export const address = parseAddress("kcp://127.0.0.1:9000");

/** A datagram that was sent. */
export interface Sent {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly from: SocketAddress;
  readonly to: SocketAddress;
}

/** A network, a listener on it, and what dials. */
export class Rig {
  readonly clock: FakeClock;
  readonly network: DatagramNetwork;
  readonly transport: Transport;
  readonly sent: Sent[] = [];
  listener!: Listener;
  #accepting!: AsyncIterator<Wire>;

  private constructor(faults: Partial<DatagramFaults>, options: KcpOptions) {
    const clock = this.clock = new FakeClock(faults.seed ?? 1);
    this.network = new DatagramNetwork({ seed: 1, ...faults, clock });
    this.network.onSend = (bytes, from, to) => this.sent.push({ bytes: bytes.slice(), from, to });
    this.transport = kcpTransport({ clock, bind: this.network.bind, ...options });
  }

  static async start(faults: Partial<DatagramFaults> = {}, options: KcpOptions = {}): Promise<Rig> {
    const rig = new Rig(faults, options);
    await rig.listen();
    return rig;
  }

  async listen(): Promise<void> {
    this.listener = await this.transport.listen(address, {});
    this.#accepting = this.listener.connections[Symbol.asyncIterator]();
  }

  dial(signal?: AbortSignal): Promise<Wire> {
    return this.clock.until(this.transport.dial(address, signal === undefined ? {} : { signal }));
  }

  /** The next connection that comes in. */
  async accept(): Promise<Wire> {
    const { value } = await this.clock.until(this.#accepting.next());
    assert(value !== undefined);
    return value;
  }

  /** A connection's two ends. */
  async pair(): Promise<[dialer: Wire, acceptor: Wire]> {
    const [dialer, acceptor] = await this.clock.until(Promise.all([this.transport.dial(address, {}), this.accepted()]));
    return [dialer, acceptor];
  }

  async accepted(): Promise<Wire> {
    const { value } = await this.#accepting.next();
    return value!;
  }

  /** Whether nothing is left: no socket, no timer. */
  get isQuiet(): boolean {
    return this.network.sockets === 0 && this.clock.timers === 0;
  }
}

/** Some bytes that are not all the same. */
export function someBytes(size: number): Uint8Array {
  const random = seeded(size);
  return Uint8Array.from({ length: size }, () => 256 * random());
}

/** Writes all of `bytes`. */
export async function writeAll(wire: Wire, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await wire.write(bytes.subarray(at));
}

/** Reads to the end, or the first `size` bytes. */
export async function readAll(wire: Wire, size = Infinity): Promise<Uint8Array> {
  const read: number[] = [], into = new Uint8Array(5000);
  for (let n; read.length < size && (n = await wire.read(into)) !== null;) read.push(...into.subarray(0, n));
  return Uint8Array.from(read);
}
