/**
 * What the comments of an interface definition say, without the signs around it.
 *
 * @module
 */

/** The text of `comments` that follow each other, without slashes, stars and needless spaces; empty when they say nothing. */
export function commentText(comments: readonly string[]): string {
  return comments.map(linesOf).join("\n").replace(/^\s*\n|\s+$/g, "").trim();
}

function linesOf(comment: string): string {
  if (!comment.startsWith("/*")) return comment.replace(/^(?:\/{2,}[!<]*|#+) ?/, "").trimEnd();
  const lines = comment.slice(2, -2).replace(/^[*!]<?|\*+$/g, "").split("\n");
  return lines.map((line, i) => line.replace(i === 0 ? /^\s+/ : /^\s*\* ?|^\s+/, "").trimEnd()).join("\n");
}
