/**
 * For tests of services, and of one's own codecs, balancers and the rest: time that stands still, networks that fail,
 * a center in memory, and the suites that erpc's own parts pass.
 *
 * @example
 * ```ts
 * import { RpcError } from "@erpc/erpc";
 * import { FakeClock, startPair } from "@erpc/erpc/testing";
 * const clock = new FakeClock(), { wheel } = clock;
 * await using pair = await startPair({ server: { wheel }, client: { wheel } });
 * pair.server.handle("demo.sleep", () => new Promise(() => {}));
 * const error = await clock.until(pair.client.call("demo.sleep", null, { timeout: 60_000 }).catch((error) => error));
 * console.assert(error instanceof RpcError && error.code === "deadline_exceeded");
 * ```
 *
 * @module
 */
export { type BalancerCase, balancerConformance, type RetryCase, retryConformance } from "../client/mod.ts";
export { type CodecCase, codecConformance, type CodecConformanceOptions } from "../codec/mod.ts";
export { type CompressorCase, compressorConformance } from "../codec/compress/mod.ts";
export * from "./cluster.ts";
export * from "./conformance/transport.ts";
export * from "./datagram_faults.ts";
export * from "./datagram_network.ts";
export * from "./datagram_relay.ts";
export * from "./fake_center.ts";
export * from "./fake_clock.ts";
export * from "./faults.ts";
export * from "./faulty_transport.ts";
export * from "./memory_transport.ts";
export * from "./pair.ts";
export * from "./raw_peer.ts";
export * from "./seeded.ts";
export * from "./stream_relay.ts";
