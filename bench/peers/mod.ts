/**
 * The systems that are compared, in the order of the first round.
 *
 * @module
 */
import type { System } from "./system.ts";

/** Names of the systems and how to load each: a new one is a new line here. */
export const systems = {
  erpc_jce: (): Promise<System> => import("./erpc.ts").then((m) => m.erpcJce),
  erpc_json: (): Promise<System> => import("./erpc.ts").then((m) => m.erpcJson),
  erpc_stages: (): Promise<System> => import("./erpc.ts").then((m) => m.erpcStages),
  grpc_js: (): Promise<System> => import("./grpc_js.ts").then((m) => m.grpcJs),
  connect: (): Promise<System> => import("./connect.ts").then((m) => m.connect),
  trpc: (): Promise<System> => import("./trpc.ts").then((m) => m.trpc),
  capnweb: (): Promise<System> => import("./capnweb.ts").then((m) => m.capnweb),
  fetch: (): Promise<System> => import("./fetch.ts").then((m) => m.fetchJson),
  websocket: (): Promise<System> => import("./websocket.ts").then((m) => m.websocket),
  tcp: (): Promise<System> => import("./tcp.ts").then((m) => m.tcp),
} satisfies Record<string, () => Promise<System>>;

/** Name of a system. */
export type SystemName = keyof typeof systems;
