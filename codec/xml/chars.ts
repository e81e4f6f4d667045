/**
 * The bytes that XML's grammar names, and which characters it lets stand where (XML 1.0, fifth edition, sections 2.2, 2.3).
 *
 * @module
 */

/** Bytes of markup. */
export const LESS = 0x3c, GREATER = 0x3e, AMPERSAND = 0x26, SLASH = 0x2f, BANG = 0x21, QUESTION = 0x3f, EQUALS = 0x3d;
/** Bytes around values, and within names and references. */
export const QUOTE = 0x22, APOSTROPHE = 0x27, COLON = 0x3a, SEMICOLON = 0x3b, HASH = 0x23, BRACKET = 0x5d, DASH = 0x2d;
/** White space. */
export const TAB = 0x09, NEWLINE = 0x0a, RETURN = 0x0d, SPACE = 0x20;
/** Digits, signs and the point of numbers. */
export const ZERO = 0x30, MINUS = 0x2d, PLUS = 0x2b, POINT = 0x2e;

/** Whether `byte` is white space. */
export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;
}

/**
 * What a byte of text needs: {@linkcode PLAIN} nothing, {@linkcode SPECIAL} a look, {@linkcode FORBIDDEN} stands for no
 * character of XML. Bytes of longer UTF-8 sequences are plain, but for 0xEF, which begins U+FFFE and U+FFFF too.
 */
export const textKinds: Uint8Array = new Uint8Array(256);
/** The values in {@linkcode textKinds}. */
export const PLAIN = 0, SPECIAL = 1, FORBIDDEN = 2;
/** First byte, in UTF-8, of the two characters of the basic plane that XML forbids beside controls and surrogates. */
export const LAST_PLANE = 0xef;
textKinds.fill(FORBIDDEN, 0, SPACE);
textKinds[TAB] = textKinds[NEWLINE] = PLAIN;
for (const byte of [LESS, AMPERSAND, BRACKET, RETURN, LAST_PLANE]) textKinds[byte] = SPECIAL;

/** Whether XML has the character. */
export function isChar(codePoint: number): boolean {
  if (codePoint < SPACE) return codePoint === TAB || codePoint === NEWLINE || codePoint === RETURN;
  return codePoint < 0xd800 || codePoint > 0xdfff && codePoint < 0xfffe || codePoint > 0xffff && codePoint <= 0x10_ffff;
}

/** A character that XML does not have. Lone surrogates are not among them: UTF-8 writes U+FFFD for one. */
// deno-lint-ignore no-control-regex -- the controls are the point
export const noChar: RegExp = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/** Characters that a name may begin with, for a class of a regular expression; without the colon of namespaces. */
export const nameStart: string = "A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}" +
  "\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}" +
  "\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}";
/** Characters that a name may go on with. */
export const nameRest: string = nameStart + "\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}\\u{2040}";
