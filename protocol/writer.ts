/**
 * The growing byte buffer that frames and codecs append to.
 *
 * @module
 */
import { RpcError } from "./error.ts";

const encoder = new TextEncoder();

/**
 * Appends to `bytes` at `pos`; all numbers big-endian unless a method says otherwise.
 *
 * A codec calls `reserve(n)`, then writes to `bytes`/`view` at `pos` itself, or uses the methods below, which reserve.
 * `reserve` may replace `bytes` and `view`, so read them again afterwards; positions stay valid.
 */
export class Writer {
  /** Where the bytes go; only `..pos` is written. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The same memory for multi-byte numbers. */
  view: DataView<ArrayBuffer>;
  /** Next position to write. */
  pos = 0;
  /** Position `pos` may not pass; reserving beyond it throws `resource_exhausted`. */
  limit: number = Infinity;
  /** Nesting depth of what is being written; see {@linkcode Writer.enter}. */
  depth = 0;
  /** Depth beyond which {@linkcode Writer.enter} throws. */
  maxDepth = 64;

  /** Makes a writer with room for `size` bytes; it grows by itself. */
  constructor(size = 1024) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `n` more bytes; throws `resource_exhausted` beyond `limit`. */
  reserve(n: number): void {
    if (this.pos + n > this.bytes.length) this.grow(n);
  }

  /** Takes a larger buffer, keeping positions. Overridden where old bytes need not be kept. */
  protected grow(n: number): void {
    this.checkLimit(n);
    this.replace(Math.max(this.bytes.length * 2, this.pos + n), 0);
  }

  /** Throws `resource_exhausted` when `n` more bytes pass the limit. */
  protected checkLimit(n: number): void {
    if (this.pos + n > this.limit) {
      throw new RpcError("resource_exhausted", `Cannot encode: the message is larger than its limit`);
    }
  }

  /** Moves `keepFrom..pos` into a new buffer of `size` bytes, at the same positions. */
  protected replace(size: number, keepFrom: number): void {
    const bytes = new Uint8Array(size);
    bytes.set(this.bytes.subarray(keepFrom, this.pos), keepFrom);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  /** One level deeper (a struct, list or map); throws `invalid_argument` beyond `maxDepth`. Pair with {@linkcode leave}. */
  enter(): void {
    if (++this.depth > this.maxDepth) {
      throw new RpcError("invalid_argument", `Cannot encode: nesting is deeper than ${this.maxDepth}`);
    }
  }

  /** One level up again. */
  leave(): void {
    this.depth--;
  }

  /** Appends one unsigned byte. */
  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.pos++] = value;
  }

  /** Appends an unsigned 16-bit number. */
  u16(value: number): void {
    this.reserve(2);
    this.view.setUint16(this.pos, value);
    this.pos += 2;
  }

  /** Appends an unsigned 32-bit number. */
  u32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.pos, value);
    this.pos += 4;
  }

  /** Appends a copy of `bytes`. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.pos);
    this.pos += bytes.length;
  }

  /** Appends `text` as UTF-8 without a length and returns how many bytes it took; lone surrogates become U+FFFD. */
  text(text: string): number {
    const n = text.length;
    if (n * 3 > this.bytes.length - this.pos) this.reserve(n < 1024 ? n * 3 : utf8Length(text));
    const start = this.pos;
    if (n <= 48) {
      const bytes = this.bytes;
      let at = start, i = 0;
      for (; i < n; i++) {
        const c = text.charCodeAt(i);
        if (c > 127) break;
        bytes[at++] = c;
      }
      if (i === n) {
        this.pos = at;
        return n;
      }
    }
    const { written } = encoder.encodeInto(text, this.bytes.subarray(start));
    this.pos = start + written;
    return written;
  }

  /** A copy of what was written since `from`. */
  slice(from = 0): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(from, this.pos);
  }
}

/** Bytes that `text` takes as UTF-8; at most 3 a UTF-16 unit. */
export function utf8Length(text: string): number {
  let n = text.length;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x80) continue;
    if (c < 0x800) n++;
    else if (c < 0xd800 || c > 0xdbff || !isLowSurrogate(text.charCodeAt(i + 1))) n += 2;
    else {
      n += 2;
      i++;
    }
  }
  return n;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
