/**
 * Why a QUIC connection is closed, as the peer is told (PROTOCOL.md, QUIC).
 *
 * @module
 */

/** Application error codes. */
export const closeCodes = {
  /** Everything is said and read. */
  done: 0,
  /** What was written may not have arrived. */
  aborted: 1,
  /** The connection was not taken; the reason says why. */
  refused: 2,
} as const;

/** What a connection was closed for, in words; undefined for a peaceful end. */
export function closeReason(
  { closeCode = 0, reason = "" }: { closeCode?: number; reason?: string },
): string | undefined {
  if (closeCode === closeCodes.done) return undefined;
  return `the peer closed the connection${reason === "" ? ` (code ${closeCode})` : `: ${reason}`}`;
}
