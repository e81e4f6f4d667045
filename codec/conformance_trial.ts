/**
 * Trying a coder the way a connection uses it, for conformance.ts.
 *
 * @module
 */
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import type { Coder } from "./codec.ts";

/** Encodes where something stands already, which must stay; a failure must leave the writer as it was. */
export function encode(coder: Coder, value: unknown, maxDepth = 64): Uint8Array {
  const writer = new Writer(16);
  writer.maxDepth = maxDepth;
  writer.u32(0xdeadbeef);
  try {
    coder.encode(value, writer);
  } catch (error) {
    check(writer.pos === 4 && writer.depth === 0, "a failed encode left bytes or a depth behind");
    throw error;
  }
  check(writer.view.getUint32(0) === 0xdeadbeef, "it wrote before its start");
  check(writer.depth === 0, "it left a depth behind");
  return writer.slice(4);
}

/** Decodes from the middle of other memory, or from its end; then overwrites the memory, as a connection does. */
export function decode(coder: Coder, bytes: Uint8Array, rest = 5): unknown {
  const memory = new Uint8Array(4 + bytes.length + rest).fill(0x20);
  memory.set(bytes, 4);
  const reader = new Reader().reset(memory, new DataView(memory.buffer), 4, 4 + bytes.length);
  const value = coder.decode(reader);
  check(reader.pos === reader.end, "it did not read to the end");
  memory.fill(0x41);
  return value;
}

/** Hostile input may be refused with an RpcError, or by chance mean something; nothing else. */
export function attempt(coder: Coder, bytes: Uint8Array, rest: number): { value?: unknown } {
  try {
    return { value: decode(coder, bytes, rest) };
  } catch (error) {
    if (error instanceof RpcError) return {};
    throw error;
  }
}

/** Throws for anything but a value or an RpcError, wherever `bytes` lie. */
export function withstands(coder: Coder, bytes: Uint8Array): void {
  attempt(coder, bytes, 0);
  attempt(coder, bytes, 5);
}

/** Throws an Error that says `state` unless it is `ok`. */
export function check(ok: boolean, state: string): void {
  if (!ok) throw new Error(`Cannot accept codec: ${state}`);
}

/** The error of class `kind` that `run` throws; throws an Error when it does not. */
export function checkThrows(run: () => unknown, kind: new (...args: never[]) => Error): Error {
  let outcome: unknown = "nothing";
  try {
    run();
  } catch (error) {
    if (error instanceof kind) return error;
    outcome = error;
  }
  throw new Error(`Cannot accept codec: want ${kind.name}, got ${outcome}`);
}

/** Pseudorandom bytes (xorshift32). */
export function noise(length: number, seed: number): Uint8Array {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 11;
  });
}
