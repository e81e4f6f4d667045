/**
 * What both kinds of Base64 share in decoding.
 *
 * @module
 */

const others = { base64: /[^A-Za-z0-9+/]/, base64url: /[^A-Za-z0-9_-]/ };

/** Bytes of Base64 in an alphabet, padded or not. */
export function decode(text: string, alphabet: keyof typeof others): Uint8Array<ArrayBuffer> {
  const digits = text.length % 4 === 0 ? text.replace(/={1,2}$/, "") : text;
  const bad = others[alphabet].exec(digits);
  if (bad !== null) throw new TypeError(`Cannot decode input as base64: Invalid character (${bad[0]})`);
  if (digits.length % 4 === 1) {
    throw new RangeError(
      `Cannot decode input as base64: Length (${digits.length}), excluding padding, must not have a remainder of 1 when divided by 4`,
    );
  }
  return Uint8Array.fromBase64(digits, { alphabet });
}
