/**
 * Fixed addresses: peer to peer with one, peer to many with several. `peer://10.0.0.1:8877,10.0.0.2:8877`.
 *
 * @module
 */
import { parseAddress } from "../../transport/mod.ts";
import type { Instance, Registry, RegistryInit, Snapshot } from "./registry.ts";

/** The registry `"peer"`: every service is at these addresses, separated by commas. Throws TypeError for a bad one. */
export function peer({ location }: RegistryInit): Registry {
  return peersAt(location.split(","));
}

/** The registry of a list of addresses. */
export function peersAt(addresses: readonly string[]): Registry {
  const instances: Instance[] = addresses.map((address) => {
    parseAddress(address);
    return { id: address, address };
  });
  return {
    async *watch(_service, signal): AsyncGenerator<Snapshot> {
      yield { instances, known: true };
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    },
    register: () => ({ registered: true, ready: Promise.resolve(), close: () => Promise.resolve() }),
    close: () => Promise.resolve(),
  };
}
