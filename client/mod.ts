/**
 * The calling side: clients, and the registries, balancers and retry modes they choose from.
 *
 * @module
 */
export * from "./balancer/mod.ts";
export * from "./client.ts";
export * from "./families.ts";
export * from "./options.ts";
export { centerRegistry, DEFAULT_CENTER, defaultRegistry, IN_PROCESS } from "./registry/default.ts";
export * from "./registry/mod.ts";
export * from "./retry/mod.ts";
export * from "./service_client.ts";
