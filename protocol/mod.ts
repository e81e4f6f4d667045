/**
 * What travels between two ends: frames, metadata, status codes, errors, and the shape of a call.
 *
 * The wire format is specified in `PROTOCOL.md` beside this file.
 *
 * @module
 */
export * from "./call.ts";
export * from "./clock.ts";
export * from "./error.ts";
export * from "./frame.ts";
export * from "./metadata.ts";
export * from "./reader.ts";
export * from "./status.ts";
export * from "./timer_wheel.ts";
export * from "./writer.ts";
