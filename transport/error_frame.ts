/**
 * Errors as they travel: status in the header, the rest as metadata.
 *
 * @module
 */
import {
  type Code,
  codeOf,
  codes,
  type Metadata,
  MetadataKey,
  type Reader,
  readMetadata,
  readUser,
  RpcError,
  travelling,
  utf8Length,
  type Writer,
  writeText,
  writeU32,
  writeU8,
  writeUser,
} from "../protocol/mod.ts";

const MAX_MESSAGE_CHARACTERS = 1024, MAX_DETAILS_BYTES = 8192;

/**
 * Writes what an error says beside its status: base code and retry-after where they are needed, the message (at most 1,024
 * characters), details (at most 8 KiB of JSON), then user metadata. Of the last three, what `maxBytes` has no room for is
 * left out: an error must get through.
 */
export function writeError(out: Writer, error: RpcError, user: Metadata | null, maxBytes: number): void {
  const limit = out.pos + maxBytes, { message, retryAfterMs } = error, details = detailsText(error.details);
  if (error.status >= 1000) writeU8(out, MetadataKey.code, codes[error.code]);
  if (retryAfterMs !== undefined) writeU32(out, MetadataKey.retryAfter, toI32(retryAfterMs));
  tryWrite(out, limit, () => writeText(out, MetadataKey.message, cut(message, MAX_MESSAGE_CHARACTERS)));
  if (details !== undefined) tryWrite(out, limit, () => writeText(out, MetadataKey.details, details));
  if (user !== null) tryWrite(out, limit, () => writeUser(out, user));
}

/** Takes back what `write` has written when it does not fit. */
function tryWrite(out: Writer, limit: number, write: () => void): void {
  const start = out.pos;
  try {
    write();
  } catch {
    out.pos = start; // an entry above 65,535 bytes
  }
  if (out.pos > limit) out.pos = start;
}

/** The first `length` UTF-16 units of `text`, without half a character at the end. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

function toI32(ms: number): number {
  return ms < 0 ? -1 : Math.min(Math.ceil(ms), 0x7fffffff);
}

/** JSON of the details, or undefined when there are none, they are too large or no JSON can hold them. */
function detailsText(details: unknown): string | undefined {
  if (details === undefined) return undefined;
  try {
    const text = JSON.stringify(details);
    return text !== undefined && utf8Length(text) <= MAX_DETAILS_BYTES ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the error of `status` from a metadata block; user entries go into `user`. */
export function readError(
  status: number,
  metadata: Reader,
  maxEntries: number,
  user: Map<string, string | Uint8Array>,
): RpcError {
  let message = "",
    details: unknown,
    retryAfterMs: number | undefined,
    code: Code = codeOf(status = travelling(status));
  readMetadata(metadata, maxEntries, (key, value) => {
    if (key === MetadataKey.message) message = value.text();
    else if (key === MetadataKey.details) details = parseDetails(value.text());
    else if (key === MetadataKey.retryAfter) retryAfterMs = value.u32() | 0;
    else if (key === MetadataKey.code && status >= 1000) code = codeOf(value.u8());
    else if (key === MetadataKey.text || key === MetadataKey.bytes) readUser(key, value, user);
  });
  // A number this code does not know (17-99) is kept as far as it goes: as its base code.
  if (status < 1000 && (status === 0 || status > 16 && status < 100 || status % 100 > 16 || status % 100 === 0)) {
    status = codes.unknown;
    code = "unknown";
  }
  return new RpcError(code, message, { status, details, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

function parseDetails(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
