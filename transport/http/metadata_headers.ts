/**
 * Metadata as headers of HTTP: `erpc-meta-KEY` for text, percent-encoded where it must be, `erpc-bytes-KEY` for bytes, in
 * base64. Some keys are headers of their own name, for they mean the same to everybody.
 *
 * @module
 */
import {
  type Metadata,
  MetadataKey,
  type Reader,
  readMetadata,
  readUser,
  RpcError,
  type Writer,
  writeUser,
} from "../../protocol/mod.ts";

const TEXT = "erpc-meta-", BYTES = "erpc-bytes-";

/** Keys that go as they are, in requests. */
const plain: ReadonlySet<string> = new Set([
  "authorization",
  "baggage",
  "traceparent",
  "tracestate",
  "x-request-id",
]);

/** What a header stands for, if it stands for metadata. Throws `invalid_argument` for one that can't be read. */
export function metadataOf(name: string, value: string): [key: string, value: string | Uint8Array] | undefined {
  if (plain.has(name)) return [name, value];
  if (!name.startsWith("erpc-")) return undefined;
  try {
    if (name.startsWith(TEXT)) return [name.slice(TEXT.length), decodeURIComponent(value)];
    if (name.startsWith(BYTES)) return [name.slice(BYTES.length), Uint8Array.fromBase64(value)];
  } catch {
    throw new RpcError("invalid_argument", `Cannot read header ${name}: it is not encoded as it should be`);
  }
  return undefined;
}

/** The headers for user metadata; those of requests may have names of their own. */
export function* headersOf(metadata: Metadata, isRequest: boolean): Generator<[name: string, value: string]> {
  for (const [key, value] of metadata) {
    if (typeof value !== "string") yield [BYTES + key, value instanceof Uint8Array ? toBase64(value) : ""];
    else if (isRequest && plain.has(key) && /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value)) yield [key, value];
    else yield [TEXT + key, escape(value)];
  }
}

function toBase64(bytes: Uint8Array): string {
  return new Uint8Array(bytes).toBase64();
}

/** Text as a header may have it. */
function escape(text: string): string {
  if (/^[\x21-\x24\x26-\x7e]([\x20-\x24\x26-\x7e]*[\x21-\x24\x26-\x7e])?$/.test(text)) return text;
  return encodeURIComponent(text.toWellFormed());
}

/** User metadata of a block; other entries go to `known`. */
export function readBlock(
  block: Reader,
  known: (key: number, value: Reader) => void = () => {},
): Map<string, string | Uint8Array> {
  const user = new Map<string, string | Uint8Array>();
  readMetadata(block, Infinity, (key, value) => {
    if (key === MetadataKey.text || key === MetadataKey.bytes) readUser(key, value, user);
    else known(key, value);
  });
  return user;
}

/** Writes user metadata, if there is some. */
export function writeBlock(out: Writer, user: Metadata | null): void {
  if (user !== null) writeUser(out, user);
}
