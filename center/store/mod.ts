/**
 * Stores of a center: where it keeps who is registered.
 *
 * @module
 */
import type { MakeStore } from "./store.ts";

/** Stores and how to load each: a new one is a new line here. */
export const stores = {
  memory: (): Promise<MakeStore> => import("./memory.ts").then((m) => m.memory),
} satisfies Record<string, () => Promise<MakeStore>>;

/** Name of a store. */
export type StoreName = keyof typeof stores;

export * from "./conformance.ts";
export * from "./load.ts";
export * from "./store.ts";
