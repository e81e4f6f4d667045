/**
 * A whole frame as something to look at, for wires that carry frames in another way. See protocol/PROTOCOL.md, "Frame".
 *
 * @module
 */
import { beginFrame, endFrame, FrameType, HEADER_SIZE, type RpcError, travelling, Writer } from "../protocol/mod.ts";
import { writeError } from "./error_frame.ts";
import { type Hello, unknownPeer, writeHello } from "./hello.ts";

/** One whole frame. It looks at memory that may be another's. */
export class FrameView {
  /** Header, metadata and body. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer> | null = null; // made when it is needed: what is only passed on goes without

  /** Looks at `bytes`, which are exactly one frame. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
  }

  /** The same memory for multi-byte numbers. */
  get view(): DataView<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = this.bytes;
    return this.#view ??= new DataView(buffer, byteOffset, byteLength);
  }

  /** One of {@linkcode FrameType}. */
  get type(): number {
    return this.bytes[2]! & 15;
  }

  /** Bits of {@linkcode Flag}. */
  get flags(): number {
    return this.bytes[3]!;
  }

  /** Codec number of the body. */
  get codec(): number {
    return this.bytes[4]!;
  }

  /** Compression number of the body. */
  get compression(): number {
    return this.bytes[5]!;
  }

  /** Status number. */
  get status(): number {
    return this.view.getUint16(6);
  }

  /** Id of the call. */
  get id(): number {
    return u32(this.bytes, 8);
  }

  /** Gives the frame another id. */
  set id(id: number) {
    const { bytes } = this;
    bytes[8] = id >>> 24;
    bytes[9] = id >>> 16;
    bytes[10] = id >>> 8;
    bytes[11] = id;
  }

  /** The metadata block. */
  get metadata(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(HEADER_SIZE, this.#bodyAt);
  }

  /** The body as it travels. */
  get body(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(this.#bodyAt);
  }

  get #bodyAt(): number {
    return HEADER_SIZE + u32(this.bytes, 12);
  }
}

/** Bytes of the frame that starts at `at`, as its header says. */
export function sizeOfFrame(bytes: Uint8Array, at: number): number {
  return HEADER_SIZE + u32(bytes, at + 12) + u32(bytes, at + 16);
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 | bytes[at + 3]!) >>> 0;
}

/** What a frame is made of; what is left out is 0 or empty. */
export interface FrameParts {
  /** One of {@linkcode FrameType}. */
  readonly type: number;
  /** Bits of {@linkcode Flag}. */
  readonly flags?: number;
  /** Codec number of the body. */
  readonly codec?: number;
  /** Compression number of the body. */
  readonly compression?: number;
  /** Status number. */
  readonly status?: number;
  /** Id of the call. */
  readonly id?: number;
  /** Writes the metadata block. */
  readonly metadata?: (out: Writer) => void;
  /** The body as it travels. */
  readonly body?: Uint8Array;
}

/** Makes a frame, in memory of its own. */
export function makeFrame(parts: FrameParts): FrameView {
  const { type, flags = 0, codec = 0, compression = 0, status = 0, id = 0, metadata, body } = parts;
  const out = new Writer(256 + (body?.length ?? 0)), at = beginFrame(out, type, flags, codec, status, id);
  out.bytes[at + 5] = compression;
  metadata?.(out);
  const bodyAt = out.pos;
  if (body !== undefined) out.raw(body);
  endFrame(out, at, bodyAt);
  return new FrameView(out.bytes.subarray(0, out.pos));
}

/** The hello of a peer that sends none: what it does not say is as without a hello. */
export function makeHello(hello: Partial<Hello>): FrameView {
  const out = new Writer(256);
  writeHello(out, { ...unknownPeer, ...hello });
  return new FrameView(out.bytes.subarray(0, out.pos));
}

/** The response that fails call `id` with `error`. */
export function makeFailure(id: number, error: RpcError): FrameView {
  const metadata = (out: Writer) => writeError(out, error, null, unknownPeer.maxMetadataBytes);
  return makeFrame({ type: FrameType.response, status: travelling(error.status), id, metadata });
}
