/**
 * Addresses of one test: connections through memory under names that no other test can meet.
 *
 * @module
 */
import { MemoryTransport, type Transport } from "../transport/mod.ts";

/**
 * Makes a transport `mem://` with names of its own; pass it as `transports: [memory]` to the servers and clients that are to
 * meet there.
 *
 * @example
 * ```ts
 * import { Client, Server } from "@erpc/erpc";
 * import { memoryTransport } from "@erpc/erpc/testing";
 * const transports = [memoryTransport()];
 * await using server = new Server({ transports, registry: false });
 * server.handle("demo.double", (n: number) => 2 * n);
 * await server.listen("mem://demo");
 * await using client = new Client({ transports, address: "mem://demo" });
 * console.assert(await client.call("demo.double", 21) === 42);
 * ```
 */
export function memoryTransport(): Transport {
  return new MemoryTransport();
}
