/**
 * How many columns text takes, as `deno fmt` counts them (Unicode Standard Annex #11).
 *
 * @module
 */

const plain = /^[\x20-\x7e]*$/;
/** Two columns: ideographs, syllables, emoji, and full-width punctuation. */
const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303e\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]/u;
/** None: marks on the letter before, and signs for direction and joining. */
const none = /[\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Format}]/u;

/** Columns that `text`, which is one line, takes. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += wide.test(character) ? 2 : none.test(character) ? 0 : 1;
  return width;
}
