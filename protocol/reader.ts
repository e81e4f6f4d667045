/**
 * The bounded cursor that frames and codecs read from.
 *
 * @module
 */
import { asciiText } from "./ascii.ts";
import { RpcError } from "./error.ts";

const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Longest text that is tried as ASCII first: beyond, the TextDecoder is faster. */
const maxAscii = 24;

/**
 * Reads `bytes` from `pos` up to `end`; all numbers big-endian.
 *
 * Every method checks against `end` and throws `invalid_argument` when the input is too short, so no input makes it read
 * elsewhere. The memory belongs to the connection and is reused: what is kept must be copied ({@linkcode Reader.take}
 * and {@linkcode Reader.text} do).
 */
export class Reader {
  /** The memory read from. */
  bytes: Uint8Array;
  /** The same memory for multi-byte numbers; offsets equal those of `bytes`. */
  view: DataView;
  /** Next position to read. */
  pos: number;
  /** First position not to read. */
  end: number;
  /** Nesting depth of what is being read; see {@linkcode Reader.enter}. */
  depth = 0;
  /** Depth beyond which {@linkcode Reader.enter} throws. */
  maxDepth = 64;
  /** How many parts were counted since the last reset; see {@linkcode Reader.count}. */
  items = 0;
  /** Number of parts beyond which {@linkcode Reader.count} throws. */
  maxItems: number = 1 << 20;

  /** Makes a reader of all of `bytes`. */
  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.pos = 0;
    this.end = bytes.length;
  }

  /** Reads other memory from now on: `bytes[pos..end)`. `view` must cover `bytes`. */
  reset(bytes: Uint8Array, view: DataView, pos: number, end: number): this {
    this.bytes = bytes;
    this.view = view;
    this.pos = pos;
    this.end = end;
    this.depth = 0;
    this.items = 0;
    return this;
  }

  /** Bytes left. */
  get left(): number {
    return this.end - this.pos;
  }

  /** Moves past `n` bytes and returns where they start; throws when fewer are left. */
  skip(n: number): number {
    const at = this.pos;
    if (!(n >= 0 && n <= this.end - at)) this.short(n);
    this.pos = at + n;
    return at;
  }

  /** Throws the error for `n` bytes wanted and not there. */
  short(n: number): never {
    const wanted = n === 1 ? "1 byte" : `${n} bytes`;
    throw new RpcError("invalid_argument", `Cannot decode: ${wanted} wanted, ${this.left} left`);
  }

  /** One level deeper (a struct, list or map); throws `invalid_argument` beyond `maxDepth`. Pair with {@linkcode leave}. */
  enter(): void {
    if (++this.depth > this.maxDepth) {
      throw new RpcError("invalid_argument", `Cannot decode: nesting is deeper than ${this.maxDepth}`);
    }
  }

  /** One level up again. */
  leave(): void {
    this.depth--;
  }

  /**
   * Counts `n` parts that take some 100 bytes of memory each, however few they take in the message: lists, maps, structs and
   * byte arrays, and the elements of all these. Throws `resource_exhausted` beyond `maxItems`; call it before taking memory.
   */
  count(n: number): void {
    if ((this.items += n) > this.maxItems) {
      throw new RpcError("resource_exhausted", `Cannot decode: the message has more than ${this.maxItems} elements`);
    }
  }

  /** Reads one unsigned byte. */
  u8(): number {
    return this.bytes[this.skip(1)]!;
  }

  /** Reads an unsigned 16-bit number. */
  u16(): number {
    return this.view.getUint16(this.skip(2));
  }

  /** Reads an unsigned 32-bit number. */
  u32(): number {
    return this.view.getUint32(this.skip(4));
  }

  /** Reads `n` bytes as a copy. */
  take(n: number = this.left): Uint8Array<ArrayBuffer> {
    const at = this.skip(n);
    return this.bytes.slice(at, at + n) as Uint8Array<ArrayBuffer>;
  }

  /** Reads `n` bytes as a view of the connection's memory: valid only until the current call returns. */
  peek(n: number = this.left): Uint8Array {
    const at = this.skip(n);
    return this.bytes.subarray(at, at + n);
  }

  /** Reads `n` bytes as strict UTF-8; throws `invalid_argument` when they are not. */
  text(n: number = this.left): string {
    const at = this.skip(n), bytes = this.bytes;
    if (n <= maxAscii) {
      const text = asciiText(bytes, at, at + n);
      if (text !== undefined) return text;
    }
    const view = bytes.subarray(at, at + n);
    const text = lenient.decode(view);
    return text.includes("\ufffd") ? strictly(view) : text;
  }
}

function strictly(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch (cause) {
    throw new RpcError("invalid_argument", "Cannot decode: text is not valid UTF-8", { cause });
  }
}
