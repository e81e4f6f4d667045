/**
 * Registries: who answers for a service.
 *
 * @module
 */
import type { MakeRegistry } from "./registry.ts";

/** Registries by URL scheme and how to load each: a new one is a new line here. */
export const registries = {
  erpc: (): Promise<MakeRegistry> => import("./erpc.ts").then((m) => m.erpc),
  peer: (): Promise<MakeRegistry> => import("./peer.ts").then((m) => m.peer),
  mem: (): Promise<MakeRegistry> => import("./mem.ts").then((m) => m.mem),
} satisfies Record<string, () => Promise<MakeRegistry>>;

/** Scheme of a registry URL. */
export type RegistryName = keyof typeof registries;

export * from "./center_contract.ts";
export * from "./load.ts";
export { mem as inProcess } from "./mem.ts";
export { peersAt } from "./peer.ts";
export * from "./registry.ts";
