/**
 * The frame that is being dealt with: a cursor on its metadata, then on its body.
 *
 * @module
 */
import { type Compressor, compressorOfId, decompressBody } from "../codec/compress/mod.ts";
import { Reader, refined } from "../protocol/mod.ts";
import type { Limits } from "./limits.ts";

/** Reads one frame after the other; everything it gives is valid until the next. */
export class FrameReader {
  /** Covers the metadata, until the body is asked for. */
  readonly metadata: Reader = new Reader();
  #compressors: readonly Compressor[] | undefined;
  #maxBodyBytes: number;

  /** Makes a reader of frames whose bodies and values keep within `limits`. */
  constructor(
    limits: Pick<Limits, "maxBodyBytes" | "maxDepth" | "maxElements">,
    compressors: readonly Compressor[] | undefined,
  ) {
    this.metadata.maxDepth = limits.maxDepth;
    this.metadata.maxItems = limits.maxElements;
    this.#maxBodyBytes = limits.maxBodyBytes;
    this.#compressors = compressors;
  }

  /** The body as it came. */
  body(bodyAt: number, next: number): Reader {
    const reader = this.metadata;
    reader.pos = bodyAt;
    reader.end = next;
    return reader;
  }

  /** The body, decompressed when it was compressed; throws `unsupported` when that is unknown here. */
  inflated(compression: number, bodyAt: number, next: number): Reader {
    const body = this.body(bodyAt, next);
    if (compression === 0) return body;
    const compressor = compressorOfId(compression, this.#compressors);
    if (compressor === undefined || compressor instanceof Promise) {
      throw refined("unsupported", `Cannot read body: compression ${compression} is unknown here`);
    }
    const raw = decompressBody(compressor, body.peek(), this.#maxBodyBytes);
    return body.reset(raw, new DataView(raw.buffer, raw.byteOffset, raw.byteLength), 0, raw.length);
  }
}
