/**
 * Programs that tests start.
 *
 * @module
 */

/** How a program ended. */
export interface Ending {
  /** Exit code. */
  readonly code: number;
  /** What it wrote to standard output. */
  readonly stdout: string;
  /** What it wrote to standard error. */
  readonly stderr: string;
}

/** A running program. */
export class Program implements AsyncDisposable {
  #child: Deno.ChildProcess;
  #stdout = "";
  #stderr = "";
  #read: Promise<unknown>;
  #onText: () => void = () => {};

  /** Starts this deno with `args`. */
  constructor(args: readonly string[], options: Pick<Deno.CommandOptions, "cwd" | "env"> = {}) {
    const env = { NO_COLOR: "1", ...options.env };
    this.#child = new Deno.Command(Deno.execPath(), {
      ...options,
      env,
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#read = Promise.all([
      this.#take(this.#child.stdout, (text) => this.#stdout += text),
      this.#take(this.#child.stderr, (text) => this.#stderr += text),
    ]);
  }

  /** Resolves with the first match in what it has written to standard output; rejects when it ends without one. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    let ended = false;
    this.#read.then(() => {
      ended = true;
      this.#onText();
    });
    for (;;) {
      const found = pattern.exec(this.#stdout);
      if (found !== null) return found;
      if (ended) throw new Error(`Cannot find ${pattern} in what the program said:\n${this.#stdout}\n${this.#stderr}`);
      await new Promise<void>((resolve) => this.#onText = resolve);
    }
  }

  /** Sends a signal. */
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Resolves when it has ended. */
  async ended(): Promise<Ending> {
    const { code } = await this.#child.status;
    await this.#read;
    return { code, stdout: this.#stdout, stderr: this.#stderr };
  }

  /** Kills it, if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch { /* it has ended */ }
    await this.ended();
  }

  async #take(stream: ReadableStream<Uint8Array<ArrayBuffer>>, add: (text: string) => void): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      add(text);
      this.#onText();
    }
  }
}
