/**
 * The characters that JSON's grammar names, as bytes.
 *
 * @module
 */

/** Brackets. */
export const OPEN_BRACE = 0x7b, CLOSE_BRACE = 0x7d, OPEN_BRACKET = 0x5b, CLOSE_BRACKET = 0x5d;
/** Separators; the quote around text and the backslash in it. */
export const COMMA = 0x2c, COLON = 0x3a, QUOTE = 0x22, BACKSLASH = 0x5c;
/** Parts of numbers. */
export const MINUS = 0x2d, PLUS = 0x2b, POINT = 0x2e, ZERO = 0x30, SMALL_E = 0x65, LARGE_E = 0x45;
/** The first byte that may stand in text as it is, and the last of ASCII. */
export const SPACE = 0x20, DELETE = 0x7f;
/** First letters of `null` and `true`. */
export const SMALL_N = 0x6e, SMALL_T = 0x74;
