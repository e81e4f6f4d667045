/**
 * Comments as TypeScript has them.
 *
 * @module
 */

/** `doc` as a comment on lines of its own, behind `indent` spaces; empty without. */
export function commented(doc: string | undefined, indent = 0): string {
  if (doc === undefined) return "";
  const before = " ".repeat(indent), lines = doc.replaceAll("*/", "*\\/").split("\n");
  const line = `${before}/** ${lines[0]} */`;
  if (lines.length === 1 && line.length <= 120) return line + "\n";
  return `${before}/**\n${lines.map((line) => `${before} * ${line}`.trimEnd() + "\n").join("")}${before} */\n`;
}
