/**
 * Holds the quick way of typed JSON against the general one, for the tests beside; holds no test itself.
 *
 * @module
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Reader, RpcError } from "../../protocol/mod.ts";
import { conformer } from "../conform.ts";
import { json } from "../json.ts";
import { keysOf } from "./depth.ts";
import { difference } from "../same.ts";
import type { Type } from "../schema/type.ts";

const fromUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What came of a body: a value, or the message of an error. */
interface Outcome {
  readonly value?: unknown;
  readonly message?: string;
}

/** What JSON.parse and conform make of `body`. */
function generally(type: Type, body: Uint8Array): Outcome {
  try {
    const value = JSON.parse(fromUtf8.decode(body));
    return { value: conformer(type)(value) };
  } catch (error) {
    return { message: error instanceof RpcError ? error.message : "" };
  }
}

/** What the codec makes of `body`, in the middle of other memory. */
export function typed(type: Type, body: Uint8Array): Outcome {
  const memory = new Uint8Array(body.length + 6).fill(0x22), reader = new Reader();
  memory.set(body, 3);
  reader.reset(memory, new DataView(memory.buffer), 3, 3 + body.length);
  try {
    const value = json.compile(type).decode(reader);
    assertEquals([reader.pos, reader.depth], [reader.end, 0]);
    return { value };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return { message: error.message };
  }
}

/** Keys of all objects in `value`. */
function keysIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner = Object.values(value).reduce((n: number, one) => n + keysIn(one), 0);
  return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}

/**
 * Asserts that the codec makes of `body` what JSON.parse and conform make of it, unless it finds a key twice where they take
 * the last one.
 */
export function assertSame(type: Type, body: Uint8Array): void {
  const expected = generally(type, body), actual = typed(type, body), text = () => new TextDecoder().decode(body);
  if (actual.message?.endsWith(": it stands twice") && expected.message === undefined) {
    const keys = keysIn(JSON.parse(text()));
    assert(keysOf(body, 0, body.length) > keys, text());
  } else if (expected.message === undefined) {
    assertStrictEquals(actual.message, undefined, text());
    assertStrictEquals(difference(actual.value, expected.value), undefined, text());
  } else assert(actual.message?.includes(expected.message), `${text()}: ${actual.message}`);
}
