/**
 * Short ASCII text from bytes, without the fixed cost of a TextDecoder call (130-220 ns).
 *
 * @module
 */
const chars = String.fromCharCode;

/** The text of `b[from..to)` when all of it is ASCII, else undefined. Faster than a TextDecoder up to about 24 bytes. */
export function asciiText(b: Uint8Array, from: number, to: number): string | undefined {
  let seen = 0;
  for (let i = from; i < to; i++) seen |= b[i]!;
  if (seen > 127) return undefined;
  let text = "", i = from;
  for (; i + 8 <= to; i += 8) {
    text += chars(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!);
  }
  return text + upToSeven(b, i, to - i);
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
