/**
 * Datagrams that begin and end conversations; all others are KCP's own. See protocol/PROTOCOL.md, "KCP".
 *
 * ```
 * open, cookie, opened: 0-3 conv u32   4 command u8   5 version u8   6-7 window u16   8-15 token   16-31 cookie
 * close:                0-3 conv u32   4 command u8   5-7 zero                        8-15 token   16-19 sn u32
 * gone:                 the first 24 bytes of the datagram that it answers, with its own command
 * ```
 *
 * @module
 */
import { HEADER_BYTES } from "./segment.ts";

/** What a datagram is that is not KCP's own. */
export const Control = {
  /** Dialer: wants a conversation. */
  open: 96,
  /** Acceptor: the dialer is to ask again, with this cookie. */
  cookie: 97,
  /** Acceptor: the number of the conversation. */
  opened: 98,
  /** Either: it is over. */
  close: 99,
  /** Acceptor: there is no such conversation. */
  gone: 100,
} as const;

/** Bytes of an open, cookie and opened: no answer is larger than what it answers. */
export const OPEN_BYTES = 32;
/** Bytes of a close. */
export const CLOSE_BYTES = 20;
/** Where the cookie stands. */
export const COOKIE_AT = 16;

const VERSION = 1;

/** An open, cookie or opened. */
export interface Opening {
  /** Which of the three. */
  readonly command: number;
  /** Number of the conversation; 0 before it has one. */
  readonly conv: number;
  /** Segments the sender has room for. */
  readonly window: number;
  /** What the dialer has chosen. */
  readonly token: bigint;
  /** 16 bytes; default zeros. */
  readonly cookie?: Uint8Array;
}

/** A datagram's memory for multi-byte numbers. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Writes an open, cookie or opened. */
export function writeOpening({ command, conv, window, token, cookie }: Opening): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(OPEN_BYTES), view = viewOf(bytes);
  view.setUint32(0, conv, true);
  view.setUint8(4, command);
  view.setUint8(5, VERSION);
  view.setUint16(6, window, true);
  view.setBigUint64(8, token, true);
  if (cookie !== undefined) bytes.set(cookie, COOKIE_AT);
  return bytes;
}

/** Reads an open, cookie or opened of this version; null when it is none. */
export function readOpening(bytes: Uint8Array): Required<Opening> | null {
  const view = viewOf(bytes);
  if (bytes.length !== OPEN_BYTES || view.getUint8(5) !== VERSION) return null;
  return {
    command: view.getUint8(4),
    conv: view.getUint32(0, true),
    window: view.getUint16(6, true),
    token: view.getBigUint64(8, true),
    cookie: bytes.slice(COOKIE_AT, OPEN_BYTES),
  };
}

/** Writes a close of a conversation whose sender has sent all segments before `sn`. */
export function writeClose({ conv, token, sn }: { conv: number; token: bigint; sn: number }): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(CLOSE_BYTES), view = viewOf(bytes);
  view.setUint32(0, conv, true);
  view.setUint8(4, Control.close);
  view.setBigUint64(8, token, true);
  view.setUint32(16, sn, true);
  return bytes;
}

/** The `sn` of a close with this token; null when it is none. */
export function readClose(bytes: Uint8Array, token: bigint): number | null {
  const view = viewOf(bytes);
  if (bytes.length !== CLOSE_BYTES || view.getUint8(4) !== Control.close) return null;
  return view.getBigUint64(8, true) === token ? view.getUint32(16, true) : null;
}

/** Answers a datagram of at least 24 bytes: there is no such conversation. */
export function writeGone(datagram: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES);
  bytes.set(datagram.subarray(0, HEADER_BYTES));
  bytes[4] = Control.gone;
  return bytes;
}
