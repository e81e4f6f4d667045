/**
 * The center (eregister): a server that knows the others. Servers hold leases at it, clients watch services.
 *
 * @module
 */
export { CenterServer, DEFAULT_TTL_MS, listenCenter } from "./center.ts";
export type { CenterOptions } from "./center.ts";
export * from "./event.ts";
export * from "./limits.ts";
export * from "./store/mod.ts";
