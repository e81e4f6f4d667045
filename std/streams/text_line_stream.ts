/**
 * Splitting text into lines.
 *
 * @module
 */

/** In: pieces of text. Out: its lines, which end with LF or CRLF, without those. There is no empty line behind the last end. */
export class TextLineStream extends TransformStream<string, string> {
  /** Makes the stream. */
  constructor() {
    let open: string[] = []; // what came since the last end of a line
    super({
      transform(chunk, controller) {
        const lines = chunk.split("\n");
        if (lines.length > 1) {
          controller.enqueue(ended(open.join("") + lines[0]!));
          for (const line of lines.slice(1, -1)) controller.enqueue(ended(line));
          open = [];
        }
        open.push(lines.at(-1)!);
      },
      flush(controller) {
        const line = open.join("");
        if (line !== "") controller.enqueue(line);
      },
    });
  }
}

function ended(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
