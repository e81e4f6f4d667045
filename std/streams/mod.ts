/**
 * Stand-in for `@std/streams`: the functions this project uses, with the same names and behaviour.
 *
 * @module
 */
export * from "./text_line_stream.ts";
export * from "./to_array_buffer.ts";
export * from "./to_text.ts";
