/**
 * An end of a connection that speaks frames by hand, right or wrong: for tests of what peers may not do.
 *
 * @example
 * ```ts
 * import { plainHello, RawPeer, rawRequest, startPair } from "@erpc/erpc/testing";
 * import { loadTransport, parseAddress } from "@erpc/erpc/transport";
 * await using pair = await startPair({ scheme: "tcp" });
 * const transport = await loadTransport("tcp");
 * using peer = new RawPeer(await transport.dial(parseAddress(pair.address), {}));
 * peer.send(plainHello, rawRequest(1, "demo.unknown"));
 * console.assert((await peer.reply(1))?.status === 112); // no such service
 * ```
 *
 * @module
 */
import { FrameType, HEADER_SIZE, MAGIC, MetadataKey, VERSION } from "../protocol/mod.ts";
import type { Wire } from "../transport/mod.ts";

/** A frame as it stands on the wire; the lengths follow from metadata and body unless they are given. */
export interface RawFrame {
  /** First two bytes. Default: the right ones. */
  magic?: number;
  /** Default 1. */
  version?: number;
  /** One of {@linkcode FrameType}, or any other number up to 15. */
  type: number;
  /** Default 0. */
  flags?: number;
  /** Default 0, no codec. */
  codec?: number;
  /** Default 0, no compression. */
  compression?: number;
  /** Default 0. */
  status?: number;
  /** Default 0. */
  id?: number;
  /** Default none. */
  metadata?: Uint8Array;
  /** Default none. */
  body?: Uint8Array;
  /** Length that the header announces. Default: that of `metadata`. */
  metadataLength?: number;
  /** Length that the header announces. Default: that of `body`. */
  bodyLength?: number;
}

const none = new Uint8Array(0), encoder = new TextEncoder();

/** The bytes of a frame. */
export function rawFrame(frame: RawFrame): Uint8Array<ArrayBuffer> {
  const { metadata = none, body = none } = frame;
  const bytes = new Uint8Array(HEADER_SIZE + metadata.length + body.length), view = new DataView(bytes.buffer);
  view.setUint16(0, frame.magic ?? MAGIC);
  bytes[2] = (frame.version ?? VERSION) << 4 | frame.type;
  bytes[3] = frame.flags ?? 0;
  bytes[4] = frame.codec ?? 0;
  bytes[5] = frame.compression ?? 0;
  view.setUint16(6, frame.status ?? 0);
  view.setUint32(8, frame.id ?? 0);
  view.setUint32(12, frame.metadataLength ?? metadata.length);
  view.setUint32(16, frame.bodyLength ?? body.length);
  bytes.set(metadata, HEADER_SIZE);
  bytes.set(body, HEADER_SIZE + metadata.length);
  return bytes;
}

/** One metadata entry; a number becomes the four bytes of a u32. */
export function rawEntry(key: number, value: string | number | Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = typeof value === "number" ? rawU32(value) : typeof value === "string" ? encoder.encode(value) : value;
  return rawBytes(Uint8Array.of(key, bytes.length >> 8, bytes.length), bytes);
}

/** The bytes of a u32. */
export function rawU32(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** Pieces of bytes as one. */
export function rawBytes(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** A hello that says nothing, which stands for all defaults. */
export const plainHello: Uint8Array<ArrayBuffer> = rawFrame({ type: FrameType.hello });

/** Metadata that names a method. */
export function rawNames(name: string): Uint8Array<ArrayBuffer> {
  const dot = name.lastIndexOf(".");
  return rawBytes(rawEntry(MetadataKey.service, name.slice(0, dot)), rawEntry(MetadataKey.method, name.slice(dot + 1)));
}

/** A request for `name`; everything else is up to `frame`. */
export function rawRequest(id: number, name: string, frame: Partial<RawFrame> = {}): Uint8Array<ArrayBuffer> {
  return rawFrame({ type: FrameType.request, id, metadata: rawNames(name), ...frame });
}

/** Speaks frames over a wire. */
export class RawPeer {
  #wire: Wire;
  #unread: Uint8Array = none;
  #writing: Promise<unknown> = Promise.resolve();

  /** Takes over `wire`. */
  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** Bytes that have come and were not asked for yet. */
  get unread(): Uint8Array {
    return this.#unread;
  }

  /** Writes bytes; a wire that the other end has closed swallows them. Resolves when they are written. */
  send(...pieces: readonly Uint8Array[]): Promise<void> {
    const bytes = rawBytes(...pieces);
    return this.#writing = this.#writing.then(() => this.#write(bytes)).catch(() => {});
  }

  /** Reads more; false at the end, however it came. */
  async read(): Promise<boolean> {
    const into = new Uint8Array(64 << 10), n = await this.#wire.read(into).catch(() => null);
    if (n === null) return false;
    this.#unread = rawBytes(this.#unread, into.subarray(0, n));
    return true;
  }

  /** The next frame, or null at the end. */
  async frame(): Promise<Required<RawFrame> | null> {
    for (;;) {
      const frame = parse(this.#unread);
      if (frame === null) {
        if (!await this.read()) return null;
        continue;
      }
      this.#unread = this.#unread.subarray(HEADER_SIZE + frame.metadata.length + frame.body.length);
      return frame;
    }
  }

  /** The next frame for which `wanted` holds, or null at the end; those before are dropped. */
  async find(wanted: (frame: Required<RawFrame>) => boolean): Promise<Required<RawFrame> | null> {
    for (;;) {
      const frame = await this.frame();
      if (frame === null || wanted(frame)) return frame;
    }
  }

  /** The next frame of call `id`, or null at the end. */
  reply(id: number): Promise<Required<RawFrame> | null> {
    return this.find((frame) => frame.id === id && frame.type !== FrameType.hello);
  }

  /** Reads until the other end closes, and gives the frames that came. */
  async rest(): Promise<Required<RawFrame>[]> {
    const frames: Required<RawFrame>[] = [];
    for (let frame; (frame = await this.frame()) !== null;) frames.push(frame);
    return frames;
  }

  /** Closes the wire. */
  close(): void {
    this.#wire.close();
  }

  /** {@linkcode RawPeer.close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#wire.write(bytes.subarray(at));
  }
}

function parse(bytes: Uint8Array): Required<RawFrame> | null {
  if (bytes.length < HEADER_SIZE) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset), metadataLength = view.getUint32(12);
  const bodyAt = HEADER_SIZE + metadataLength, bodyLength = view.getUint32(16);
  if (bytes.length < bodyAt + bodyLength) return null;
  return {
    magic: view.getUint16(0),
    version: bytes[2]! >> 4,
    type: bytes[2]! & 15,
    flags: bytes[3]!,
    codec: bytes[4]!,
    compression: bytes[5]!,
    status: view.getUint16(6),
    id: view.getUint32(8),
    metadataLength,
    bodyLength,
    metadata: bytes.slice(HEADER_SIZE, bodyAt),
    body: bytes.slice(bodyAt, bodyAt + bodyLength),
  };
}
