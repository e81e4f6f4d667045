/**
 * The beginning of a document: byte order mark and XML declaration (XML 1.0, sections 2.8, 4.3.3).
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import { isSpace, LESS } from "./chars.ts";
import { skipped } from "./misc.ts";

const declaration =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.\d+"|'1\.\d+')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([A-Za-z][\w.-]*)"|'([A-Za-z][\w.-]*)'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>$/;

/** Longer declarations are refused. */
const maxDeclaration = 256;

/** Moves past a byte order mark and the XML declaration, where they are there; refuses every encoding but UTF-8. */
export function skipDeclaration(r: Reader): void {
  const { bytes, pos, end } = r;
  if (bytes[pos] === 0xef && bytes[pos + 1] === 0xbb && bytes[pos + 2] === 0xbf && end - pos >= 3) r.pos += 3;
  else if (pos < end && (bytes[pos]! >= 0xfe || bytes[pos] === 0)) misfit("it is not in UTF-8");
  const start = r.pos;
  if (bytes[start] !== LESS || !skipped(r, "<?xml") || !isSpace(bytes[r.pos])) {
    r.pos = start;
    return;
  }
  const head = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + maxDeclaration)));
  const length = head.indexOf("?>") + 2, said = declaration.exec(head.slice(0, length));
  if (length < 2 || !said) misfit("the XML declaration is malformed");
  const encoding = said[1] ?? said[2] ?? "UTF-8";
  if (encoding.toUpperCase() !== "UTF-8") misfit(`it is in ${encoding}, want UTF-8`);
  r.pos = start + length;
}
