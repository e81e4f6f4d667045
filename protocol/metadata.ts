/**
 * Metadata: what travels beside a body, in an encoding of its own, so that a proxy can route without decoding bodies.
 *
 * A block is a sequence of entries `key u8, length u16, value`. Keys below 0x20 are well known, 0x20 and 0x21 carry user
 * entries, the rest is skipped. See protocol/PROTOCOL.md, "Metadata".
 *
 * @module
 */
import { RpcError } from "./error.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** Well-known keys. */
export const MetadataKey = {
  /** Service name, UTF-8, 1-255 bytes. */
  service: 1,
  /** Method name, UTF-8, 1-255 bytes. */
  method: 2,
  /** Route number u16: with names it defines the number, alone it stands for them. */
  route: 3,
  /** Milliseconds the call may still take, u32. */
  timeout: 4,
  /** Which attempt of its call this is, u8, from 1; absent on the first. */
  attempt: 5,
  /** W3C traceparent, ASCII. */
  traceparent: 6,
  /** Credential, bytes; what it means is between the two ends. */
  auth: 7,
  /** Error text, UTF-8. */
  message: 8,
  /** Error details, JSON. */
  details: 9,
  /** Base code u8 of a business status. */
  code: 10,
  /** Milliseconds after which a retry makes sense, i32. */
  retryAfter: 11,
  /** Compression number u8 the caller would like the reply to have. */
  accept: 12,
  /** User entry: key length u8, key, value as UTF-8. */
  text: 0x20,
  /** User entry: key length u8, key, value as bytes. */
  bytes: 0x21,
} as const;

/** User metadata: lower-case keys `[a-z0-9][a-z0-9._-]*` of 1-128 characters; values are text or bytes. */
export type Metadata = ReadonlyMap<string, string | Uint8Array>;

/** User metadata as options take it: a map, or a plain object. */
export type MetadataInit = Metadata | Readonly<Record<string, string | Uint8Array>>;

/** The metadata of calls that have none. */
export const noMetadata: Metadata = new Map();

const keyPattern = /^[a-z0-9][a-z0-9._-]{0,127}$/;

function isUserKey(key: string): boolean {
  return keyPattern.test(key) && !key.startsWith("erpc-");
}

/** Makes metadata of `init`; keys become lower case. Throws TypeError for a bad key or value, or the prefix `erpc-`. */
export function toMetadata(init: MetadataInit): Map<string, string | Uint8Array> {
  const entries = init instanceof Map ? init : Object.entries(init);
  const metadata = new Map<string, string | Uint8Array>();
  for (const [key, value] of entries as Iterable<[string, string | Uint8Array]>) {
    const name = key.toLowerCase();
    if (!isUserKey(name)) {
      throw new TypeError(`Cannot use ${JSON.stringify(key)} as a metadata key: want [a-z0-9][a-z0-9._-]{0,127}`);
    }
    if (typeof value !== "string" && !(value instanceof Uint8Array)) {
      throw new TypeError(`Cannot use metadata ${key}: want a string or a Uint8Array`);
    }
    metadata.set(name, value);
  }
  return metadata;
}

/** Starts an entry and returns where its value begins; pass that to {@linkcode endEntry}. */
export function beginEntry(out: Writer, key: number): number {
  out.reserve(3);
  out.bytes[out.pos] = key;
  return out.pos += 3;
}

/** Ends the entry whose value began at `start`; throws `resource_exhausted` above 65,535 bytes. */
export function endEntry(out: Writer, start: number): void {
  const length = out.pos - start;
  if (length > 0xffff) {
    throw new RpcError("resource_exhausted", `Cannot send metadata: an entry has ${length} bytes, the limit is 65535`);
  }
  out.view.setUint16(start - 2, length);
}

/** Writes one well-known entry of text. */
export function writeText(out: Writer, key: number, value: string): void {
  const start = beginEntry(out, key);
  out.text(value);
  endEntry(out, start);
}

/** Writes one well-known entry of a 32-bit number. */
export function writeU32(out: Writer, key: number, value: number): void {
  out.reserve(7);
  const at = out.pos;
  out.bytes[at] = key;
  out.view.setUint16(at + 1, 4);
  out.view.setUint32(at + 3, value);
  out.pos = at + 7;
}

/** Writes one well-known entry of an 8-bit number. */
export function writeU8(out: Writer, key: number, value: number): void {
  const start = beginEntry(out, key);
  out.u8(value);
  endEntry(out, start);
}

/** Writes user entries. Throws `invalid_argument` for a bad key, `resource_exhausted` for an entry above 65,535 bytes. */
export function writeUser(out: Writer, metadata: Metadata): void {
  for (const [key, value] of metadata) {
    if (!isUserKey(key)) throw new RpcError("invalid_argument", `Cannot send metadata: bad key ${JSON.stringify(key)}`);
    const start = beginEntry(out, typeof value === "string" ? MetadataKey.text : MetadataKey.bytes);
    out.u8(key.length);
    out.text(key);
    if (typeof value === "string") out.text(value);
    else out.raw(value);
    endEntry(out, start);
  }
}

/**
 * Calls `entry(key, value)` for each entry of the block that `from` covers; `value` reads just that entry.
 * Throws `invalid_argument` for a block cut short, with more than `maxEntries` entries or with a well-known key twice.
 */
export function readMetadata(from: Reader, maxEntries: number, entry: (key: number, value: Reader) => void): void {
  const { end } = from;
  for (let n = 0, seen = 0; from.pos < end; n++) {
    if (n === maxEntries) throw tooMany(maxEntries);
    const key = from.u8(), length = from.u16(), start = from.skip(length);
    const next = from.pos;
    if (key < MetadataKey.text) seen = markSeen(seen, key);
    from.pos = start;
    from.end = next;
    entry(key, from);
    from.pos = next;
    from.end = end;
  }
}

/** Adds a well-known key to the set of bits `seen`; throws `invalid_argument` when it is in there: readers must not differ. */
export function markSeen(seen: number, key: number): number {
  const bit = 1 << key;
  if ((seen & bit) !== 0) throw new RpcError("invalid_argument", `Cannot read metadata: key ${key} stands twice`);
  return seen | bit;
}

/** Error for a block with more than `maxEntries` entries. */
export function tooMany(maxEntries: number): RpcError {
  return new RpcError("invalid_argument", `Cannot read metadata: more than ${maxEntries} entries`);
}

/** Reads one user entry (`text` or `bytes`) into `into`; throws `invalid_argument` for a bad or repeated key. */
export function readUser(key: number, value: Reader, into: Map<string, string | Uint8Array>): void {
  const name = value.text(value.u8());
  if (!isUserKey(name)) {
    throw new RpcError("invalid_argument", `Cannot read metadata: bad key ${JSON.stringify(name.slice(0, 64))}`);
  }
  if (into.has(name)) throw new RpcError("invalid_argument", `Cannot read metadata: key ${name} stands twice`);
  into.set(name, key === MetadataKey.text ? value.text() : value.take());
}
