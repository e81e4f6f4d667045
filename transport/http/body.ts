/**
 * Bodies of HTTP as whole bytes within bounds.
 *
 * @module
 */
import { loadCompressor } from "../../codec/compress/mod.ts";
import { refined, RpcError } from "../../protocol/mod.ts";

/** What a body is read within. */
export interface BodyBounds {
  /** Its `content-length`, if it has one. */
  readonly length: string | null;
  /** Largest body. */
  readonly maxBytes: number;
}

/** All of a body. Throws `request_too_large` as soon as it is larger than the bound. */
export async function readBody(message: Request | Response, { length, maxBytes }: BodyBounds): Promise<Uint8Array> {
  if (length !== null) {
    if (Number(length) > maxBytes) throw tooLarge(maxBytes);
    return await message.bytes(); // the runtime takes no byte more than was announced
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of message.body ?? []) {
    if ((size += part.length) > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
  return joined(parts, size);
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Compressors by content coding. */
const codings: Readonly<Record<string, "gzip" | "zlib">> = { gzip: "gzip", "x-gzip": "gzip", deflate: "zlib" };

const codingNames: Readonly<Record<number, string>> = { 1: "gzip", 2: "deflate" };

/** Content coding of a compression; where HTTP has none, it is that of frames. */
export function codingOf(compression: number): string {
  return codingNames[compression] ?? frameCoding(compression);
}

/**
 * Content coding of a body that is compressed as in a frame: `x-erpc-` and the number. No runtime undoes it without being
 * asked, and leaves in doubt whether it has.
 */
export function frameCoding(compression: number): string {
  return `x-erpc-${compression}`;
}

/** Number of the compression that a content coding of frames says; else 0. */
export function frameCompression(coding: string): number {
  const number = Number(/^x-erpc-(\d{1,3})$/.exec(coding)?.[1] ?? 0);
  return number < 256 ? number : 0;
}

/** A body as its content coding has it: in a frame the length of the original stands before it. */
export function codedBody(compression: number, body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return compression === 1 || compression === 2 ? body.slice(4) : body.slice();
}

/** Number of the compression that a caller takes who says so in `accept-encoding`: 0 for none. */
export function acceptedCompression(accept: string): number {
  const taken = accept.split(",").map((one) => one.trim().toLowerCase()).filter((one) => !/;\s*q=0(\.0*)?$/.test(one));
  const named = new Set(taken.map((one) => one.replace(/\s*;.*/, "")));
  if (named.has("gzip")) return 1;
  return named.has("deflate") ? 2 : frameCompression(accept.trim());
}

/** The original of a body in a content coding. Throws `unsupported` for an unknown coding, and what decompressing throws. */
export async function decoded(body: Uint8Array, coding: string, maxBytes: number): Promise<Uint8Array> {
  const name = coding.trim().toLowerCase();
  if (name === "" || name === "identity") return body;
  if (!Object.hasOwn(codings, name)) {
    throw refined("unsupported", `Cannot read the body: content-encoding ${name.slice(0, 40)}, want gzip or deflate`);
  }
  const compressor = await loadCompressor(codings[name]!);
  try {
    return compressor.decompress(body, maxBytes);
  } catch (error) {
    const { code, message } = RpcError.from(error);
    throw refined(code === "resource_exhausted" ? "request_too_large" : "bad_request_body", message, { cause: error });
  }
}

/** Error of a body beyond its bound. */
export function tooLarge(maxBytes: number): RpcError {
  return refined("request_too_large", `Cannot read the body: it is larger than ${maxBytes} bytes`);
}
