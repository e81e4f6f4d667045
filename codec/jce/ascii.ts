/**
 * Short ASCII text from bytes, without the fixed cost of a TextDecoder call (130-220 ns).
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";

const chars = String.fromCharCode;

/** Reads `n` bytes as text when all are ASCII; else returns undefined and stays where it was. Fastest up to about 24. */
export function readAscii(r: Reader, n: number): string | undefined {
  const b = r.bytes, start = r.skip(n), end = start + n;
  let seen = 0;
  for (let i = start; i < end; i++) seen |= b[i]!;
  if (seen > 127) {
    r.pos = start;
    return undefined;
  }
  let text = "", i = start;
  for (; i + 8 <= end; i += 8) {
    text += chars(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!);
  }
  return text + upToSeven(b, i, end - i);
}

function upToSeven(b: Uint8Array, i: number, n: number): string {
  switch (n) {
    case 0:
      return "";
    case 1:
      return chars(b[i]!);
    case 2:
      return chars(b[i]!, b[i + 1]!);
    case 3:
      return chars(b[i]!, b[i + 1]!, b[i + 2]!);
    case 4:
      return chars(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!);
    case 5:
      return chars(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!);
    case 6:
      return chars(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!);
    default:
      return chars(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!);
  }
}
