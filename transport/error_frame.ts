/**
 * Errors as they travel: status in the header, the rest as metadata.
 *
 * @module
 */
import {
  type Code,
  codeOf,
  codes,
  MetadataKey,
  type Reader,
  readMetadata,
  readUser,
  RpcError,
  type Writer,
  writeText,
  writeU32,
  writeU8,
} from "../protocol/mod.ts";

const MAX_MESSAGE_CHARACTERS = 1024, MAX_DETAILS_CHARACTERS = 8192;

/** Writes what an error says beside its status: message (at most 1,024 characters), details (8,192 of JSON), and so on. */
export function writeError(out: Writer, error: RpcError): void {
  writeText(out, MetadataKey.message, error.message.slice(0, MAX_MESSAGE_CHARACTERS));
  if (error.status >= 1000) writeU8(out, MetadataKey.code, codes[error.code]);
  if (error.retryAfterMs !== undefined) writeU32(out, MetadataKey.retryAfter, error.retryAfterMs | 0);
  const details = detailsText(error.details);
  if (details !== undefined) writeText(out, MetadataKey.details, details);
}

/** JSON of the details, or undefined when there are none, they are too large or no JSON can hold them. */
function detailsText(details: unknown): string | undefined {
  if (details === undefined) return undefined;
  try {
    const text = JSON.stringify(details);
    return text !== undefined && text.length <= MAX_DETAILS_CHARACTERS ? text : undefined;
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
  let message = "", details: unknown, retryAfterMs: number | undefined, code: Code = codeOf(status);
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
