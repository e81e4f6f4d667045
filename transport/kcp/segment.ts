/**
 * Segments of KCP: what datagrams are made of. See protocol/PROTOCOL.md, "KCP".
 *
 * ```
 * 0-3 conv u32   4 command u8   5 fragment u8   6-7 window u16   8-11 ts u32   12-15 sn u32   16-19 una u32
 * 20-23 length u32   then the data; all little-endian
 * ```
 *
 * @module
 */

/** Bytes of a segment's header. */
export const HEADER_BYTES = 24;

/** What a segment is. */
export const Command = {
  /** Carries data. */
  push: 81,
  /** Acknowledges one segment: its sn, and the ts it came with. */
  ack: 82,
  /** Asks for the window. */
  ask: 83,
  /** Tells the window, which all segments do. */
  tell: 84,
} as const;

/** How far the number `a` is ahead of `b`, both of 32 bits that start again from 0; negative: behind. */
export function ahead(a: number, b: number): number {
  return (a - b) | 0;
}

/** Whether a datagram is nothing but whole segments, at least one, of the conversation `conv`. */
export function isSegments(view: DataView, conv: number): boolean {
  let at = 0;
  for (let left = view.byteLength; left >= HEADER_BYTES; left = view.byteLength - at) {
    const command = view.getUint8(at + 4), length = view.getUint32(at + 20, true);
    if (view.getUint32(at, true) !== conv || command < Command.push || command > Command.tell) return false;
    if (length > left - HEADER_BYTES) return false;
    at += HEADER_BYTES + length;
  }
  return at > 0 && at === view.byteLength;
}
