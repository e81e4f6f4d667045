/**
 * The answering side: servers, their handlers, and the free functions of the front door.
 *
 * @module
 */
export * from "./answer.ts";
export * from "./default.ts";
export * from "./peer.ts";
export * from "./routes.ts";
export * from "./server.ts";
