/**
 * Where each transport is tried in tests, and what it can't do; holds no test itself.
 *
 * @module
 */
import type { TransportConformanceOptions } from "../testing/mod.ts";
import { certificate } from "./http/certificate_test.ts";
import { transports } from "./mod.ts";

const tls = await certificate, folder = "/tmp";

/** Transports that are always encrypted. */
const secure = new Set(["quic", "wt", "wss", "https"]);
/** Transports over UDP; the others that have ports are over TCP. */
const overUdp = new Set(["udp", "kcp", "quic", "wt"]);

const requests = {
  duplex: "a call is a request of HTTP, which only a client makes",
  bytes: "a request is a frame",
  probes: "HTTP/1.1 has no ping: a server sees that its client is gone when it answers",
};

/** What transports can't do, and why. */
const without: Record<string, TransportConformanceOptions["without"]> = {
  udp: {
    streams: "udp carries no streams: use kcp or quic",
    large: "a body is one datagram",
    bytes: "a datagram is a frame",
  },
  http: requests,
};

/** Transports some of whose resources outlive what is closed for a moment, and why. `leak_test.ts` sees whether they go. */
export const lingering: Readonly<Record<string, string>> = {
  kcp: "an end that closes says so until the other end has heard it, for 3 s at most",
  udp: "an end that closes says so until the other end has heard it",
  quic: "the runtime's endpoint tells the other end, and drains",
  wt: "the runtime's endpoint tells the other end, and drains",
  ws: "the runtime's HTTP server ends when its connections have",
  wss: "the runtime's HTTP server ends when its connections have",
};

/** Where transport `name` is tried; a text when it can't be. */
export function placeOf(name: string): TransportConformanceOptions | string {
  if (name === "https") return "known failure: a cancelled call is not ended in time over TLS";
  const unique = () => crypto.randomUUID().slice(0, 13);
  if (name === "mem") return { address: () => `mem://${unique()}` };
  if (name === "unix") return { address: () => `unix://${folder}/erpc-${unique()}.sock` };
  if (secure.has(name) && tls === undefined) return "openssl is not installed";
  return {
    address: () => `${name}://127.0.0.1:0`,
    carrier: overUdp.has(name) ? "udp" : "tcp",
    ...(secure.has(name) && tls !== undefined && { tls }),
    ...(without[name] !== undefined && { without: without[name] }),
  };
}

/** Transports of the table that carry bytes which are no whole frames, as this machine can. */
export const byteTransports: readonly string[] = Object.keys(transports).filter((name) => {
  const place = placeOf(name);
  return typeof place !== "string" && place.without?.bytes === undefined;
});
