/**
 * The header of every datagram. See protocol/PROTOCOL.md, "UDP".
 *
 * ```
 * 0 magic 0x3B   1 magic 0xDA   2 version<<4 | kind   3 flags   4-11 session   12-15 number u32
 * 16-17 slot u16   18 piece u8   19 pieces u8   20-23 age u32   then the payload
 * ```
 *
 * @module
 */

/** Bytes of the header. */
export const HEADER_BYTES = 24;
/** Largest payload of a UDP datagram over IPv4. */
export const MAX_DATAGRAM_BYTES = 65_507;
/** Every end takes datagrams of this size. */
export const MIN_DATAGRAM_BYTES = 512;
/** Most pieces of one frame. */
export const MAX_PIECES = 64;
/** Slots of one direction of a session: calls in flight at once. */
export const MAX_SLOTS = 1024;

const MAGIC = 0x3bda, VERSION = 1, FROM_ACCEPTOR = 0x80, HURRY = 0x01;

/** What a datagram is. */
export const Kind = {
  /** Dialer: wants a session. */
  open: 0,
  /** Acceptor: the token with which to ask again. */
  token: 1,
  /** Acceptor: the session is there. */
  accept: 2,
  /** Acceptor: there is no such session. */
  reset: 3,
  /** A piece of a request. */
  call: 4,
  /** A piece of the reply. */
  reply: 5,
  /** Which pieces of a request are there. */
  ack: 6,
  /** Asks for the reply: which pieces of it are there. */
  poll: 7,
  /** The caller no longer waits. */
  cancel: 8,
  /** A frame of the connection: ping, pong, goaway. */
  control: 9,
  /** The session is over. */
  close: 10,
  /** The callee knows that a call is cancelled. */
  cancelled: 11,
} as const;

/** A session's number, 64 random bits. */
export interface SessionId {
  /** The high half. */
  readonly high: number;
  /** The low half. */
  readonly low: number;
}

/** The session of datagrams that belong to none. */
export const noSession: SessionId = { high: 0, low: 0 };

/** The header of a datagram that came in, and what stands behind it. */
export interface Datagram {
  /** One of {@linkcode Kind}. */
  readonly kind: number;
  /** Sent by the end that accepted the session. */
  readonly fromAcceptor: boolean;
  /** The caller has more to send and waits to hear that this has come. */
  readonly hurry: boolean;
  /** The session. */
  readonly session: SessionId;
  /** Number of the call in its slot. */
  readonly number: number;
  /** Slot of the call. */
  readonly slot: number;
  /** Which piece, from 0. */
  readonly piece: number;
  /** How many there are. */
  readonly pieces: number;
  /** Milliseconds since the frame was made. */
  readonly ageMs: number;
  /** What stands behind the header. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Reads a datagram; undefined for what is none of erpc's. */
export function readDatagram(bytes: Uint8Array<ArrayBuffer>): Datagram | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  if (bytes[0] !== MAGIC >> 8 || bytes[1] !== (MAGIC & 0xff) || bytes[2]! >> 4 !== VERSION) return undefined;
  const flags = bytes[3]!;
  return {
    kind: bytes[2]! & 15,
    fromAcceptor: (flags & FROM_ACCEPTOR) !== 0,
    hurry: (flags & HURRY) !== 0,
    session: { high: getU32(bytes, 4), low: getU32(bytes, 8) },
    number: getU32(bytes, 12),
    slot: bytes[16]! << 8 | bytes[17]!,
    piece: bytes[18]!,
    pieces: bytes[19]!,
    ageMs: getU32(bytes, 20),
    payload: bytes.subarray(HEADER_BYTES),
  };
}

/** What a datagram says besides its session; what is left out is 0. */
export interface DatagramParts {
  /** One of {@linkcode Kind}. */
  readonly kind: number;
  /** Number of the call in its slot. */
  readonly number?: number;
  /** Slot of the call. */
  readonly slot?: number;
  /** Which piece. */
  readonly piece?: number;
  /** How many there are. */
  readonly pieces?: number;
  /** What stands behind the header. */
  readonly payload?: Uint8Array;
}

/** Makes a datagram: in `into` when that has room, else in memory of its own. */
export function makeDatagram(
  session: SessionId,
  fromAcceptor: boolean,
  parts: DatagramParts,
  into?: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const { kind, number = 0, slot = 0, piece = 0, pieces = 0, payload } = parts;
  const length = HEADER_BYTES + (payload?.length ?? 0);
  const bytes = into === undefined || into.length < length ? new Uint8Array(length) : into.subarray(0, length);
  bytes[0] = MAGIC >> 8;
  bytes[1] = MAGIC & 0xff;
  bytes[2] = VERSION << 4 | kind;
  bytes[3] = fromAcceptor ? FROM_ACCEPTOR : 0;
  putU32(bytes, 4, session.high);
  putU32(bytes, 8, session.low);
  putU32(bytes, 12, number);
  bytes[16] = slot >> 8;
  bytes[17] = slot;
  bytes[18] = piece;
  bytes[19] = pieces;
  putU32(bytes, 20, 0);
  if (payload !== undefined) bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** A DataView for each datagram would cost more. */
function getU32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 | bytes[at + 3]!) >>> 0;
}

function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Asks in a datagram to be told soon that it has come. */
export function hurry(bytes: Uint8Array): void {
  bytes[3]! |= HURRY;
}

/** Says in a datagram how old its frame is now. */
export function setAge(bytes: Uint8Array<ArrayBuffer>, ageMs: number): void {
  putU32(bytes, 20, Math.min(Math.floor(ageMs), 0xffffffff));
}
