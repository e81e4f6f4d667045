/**
 * Texts in quotes with the escapes of C: `\n \t \\ \" \xHH \OOO \uHHHH \UHHHHHHHH`.
 *
 * @module
 */

const escape = /\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([^]))/gy;
const plain = /[^\\]+/gy;
const letters: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };
const encoder = new TextEncoder(), decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes of the text that stands in `quoted`, quotes and all, in UTF-8; calls `fail` for an escape that is none. */
export function bytesOfQuoted(quoted: string, fail: (reason: string) => never): Uint8Array<ArrayBuffer> {
  const inner = quoted.slice(1, -1), bytes: number[] = [];
  for (let at = 0; at < inner.length;) {
    const pattern = inner[at] === "\\" ? escape : plain;
    pattern.lastIndex = at;
    const found = pattern.exec(inner)!;
    for (const byte of pattern === plain ? encoder.encode(found[0]) : escaped(found, fail)) bytes.push(byte);
    at += found[0].length;
  }
  return Uint8Array.from(bytes);
}

function escaped([source, hex, octal, short, long, letter]: RegExpExecArray, fail: (reason: string) => never) {
  const byte = hex !== undefined ? parseInt(hex, 16) : octal !== undefined ? parseInt(octal, 8) : undefined;
  if (byte !== undefined) return [byte & 0xff];
  const point = short ?? long;
  if (point === undefined) {
    const code = /["'\\?]/.test(letter!) ? letter!.charCodeAt(0) : letters[letter!];
    return [code ?? fail(`the text has an unknown escape ${source}`)];
  }
  const code = parseInt(point, 16);
  return encoder.encode(code > 0x10ffff ? fail(`the text has no character ${source}`) : String.fromCodePoint(code));
}

/** The text that stands in `quoted`, quotes and all; calls `fail` for an escape that is none, and for bytes that are no UTF-8. */
export function unescaped(quoted: string, fail: (reason: string) => never): string {
  if (!quoted.includes("\\")) return quoted.slice(1, -1);
  const bytes = bytesOfQuoted(quoted, fail);
  try {
    return decoder.decode(bytes);
  } catch {
    return fail("the text is no UTF-8");
  }
}
