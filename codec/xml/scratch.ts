/**
 * Where text is put together that does not stand in one piece.
 *
 * @module
 */
import { Reader, Writer } from "../../protocol/mod.ts";

/** More memory than this is not kept for the next text. */
const maxKept = 1 << 16;

/** Gathers the bytes of one text after the other. */
export class Scratch extends Writer {
  readonly #reader = new Reader();

  /** Makes one that is empty. */
  constructor() {
    super(64);
  }

  /** The text that was gathered, which must be valid UTF-8; it is then empty again. */
  take(): string {
    const text = this.#reader.reset(this.bytes, this.view, 0, this.pos).text();
    this.clear();
    return text;
  }

  /** Forgets what was gathered. */
  clear(): void {
    this.pos = 0;
    if (this.bytes.length > maxKept) this.replace(64, 0);
  }
}
