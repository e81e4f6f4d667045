/**
 * What XML lets stand between its elements: white space, comments, processing instructions (XML 1.0, sections 2.5, 2.6).
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import { BANG, DASH, GREATER, isSpace, LESS, noChar, QUESTION } from "./chars.ts";
import { skipName } from "./name.ts";

/** Moves past white space. */
export function skipSpace(r: Reader): void {
  const { bytes, end } = r;
  let at = r.pos;
  while (at < end && isSpace(bytes[at])) at++;
  r.pos = at;
}

/** Moves past `text` when that comes next. */
export function skipped(r: Reader, text: string): boolean {
  const { bytes, pos, end } = r, n = text.length;
  if (end - pos < n) return false;
  for (let i = 0; i < n; i++) if (bytes[pos + i] !== text.charCodeAt(i)) return false;
  r.pos = pos + n;
  return true;
}

/** Moves past one comment or processing instruction if there is one here; `refuse` says whether instructions are. */
export function skipMisc(r: Reader, refuse: boolean): boolean {
  const { bytes, pos, end } = r;
  if (end - pos < 2 || bytes[pos] !== LESS) return false;
  if (bytes[pos + 1] === QUESTION) skipInstruction(r, refuse);
  else if (bytes[pos + 1] === BANG) skipComment(r);
  else return false;
  return true;
}

function skipComment(r: Reader): void {
  if (!skipped(r, "<!--")) {
    if (skipped(r, "<!DOCTYPE")) misfit("got <!DOCTYPE, want no document type declaration");
    misfit("got <!, want an element, a comment or text");
  }
  const { bytes, pos, end } = r;
  let at = pos;
  do at = bytes.indexOf(DASH, at) + 1; while (at > 0 && at < end && bytes[at] !== DASH);
  if (at === 0 || at + 1 >= end) misfit("it ends in a comment");
  checkChars(r, at - 1 - pos);
  if (bytes[at + 1] !== GREATER) misfit("got -- in a comment");
  r.pos = at + 2;
}

function skipInstruction(r: Reader, refuse: boolean): void {
  if (refuse) misfit("got a processing instruction, want none");
  r.pos += 2;
  const start = r.pos;
  skipName(r);
  if (/^xml$/i.test(String.fromCharCode(...r.bytes.subarray(start, Math.min(r.pos, start + 4))))) {
    misfit("got <?xml, which may only be the beginning of a document");
  }
  if (skipped(r, "?>")) return;
  if (!isSpace(r.bytes[r.pos]) || r.pos >= r.end) misfit("got a name that goes on, want a space or ?>");
  const { bytes, pos, end } = r;
  let at = pos;
  do at = bytes.indexOf(QUESTION, at) + 1; while (at > 0 && at < end && bytes[at] !== GREATER);
  if (at === 0 || at >= end) misfit("it ends in a processing instruction");
  checkChars(r, at - 1 - pos);
  r.pos = at + 1;
}

/** Moves past `n` bytes, which must be characters of XML. */
function checkChars(r: Reader, n: number): void {
  const bad = noChar.exec(r.text(n));
  if (bad) noCharacter(bad[0].charCodeAt(0));
}

/** Throws the Misfit for a character that XML does not have. */
export function noCharacter(codePoint: number): never {
  misfit(`got U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}, which is no character of XML`);
}
