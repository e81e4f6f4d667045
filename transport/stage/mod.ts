/**
 * Stages that both ends may run between the frames and the socket.
 *
 * @module
 */
export * from "./compress.ts";
export * from "./hmac.ts";
export * from "./stage.ts";
