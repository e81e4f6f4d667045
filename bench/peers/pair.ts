/**
 * One fresh server process and one fresh client process: measured, then killed, whatever happens.
 *
 * @module
 */
import type { Row } from "./cell.ts";
import type { Job } from "./child.ts";
import type { SystemName } from "./mod.ts";

/** Measures one system once. Fails with what the processes last said, or when they take longer than `limitMs`. */
export async function runPair(
  name: SystemName,
  options: Omit<Job, "port" | "serverPid"> & {
    /** Longest life of either process, in ms. */
    limitMs: number;
  },
): Promise<Row> {
  const { limitMs, ...job } = options;
  await using server = new Child(["server", name], 2 * limitMs); // outlives the client, which tells what went wrong
  const port = Number(await server.say("READY "));
  await using client = new Child(["client", name, JSON.stringify({ ...job, port, serverPid: server.pid })], limitMs);
  return JSON.parse(await client.say("ROW "));
}

/** A process running child.ts. */
class Child implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #errors: Promise<string>;
  #late = false;

  constructor(args: string[], limitMs: number) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "-A", import.meta.resolve("./child.ts"), ...args],
      env: { LIMIT_MS: String(limitMs + 2000) },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#errors = new Response(this.#process.stderr).text();
    this.#timer = setTimeout(() => {
      this.#late = true;
      this.#kill();
    }, limitMs);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The rest of the first line that starts with `word`; skips others. */
  async say(word: string): Promise<string> {
    let text = "";
    for await (
      const part of this.#process.stdout.pipeThrough(new TextDecoderStream()).values({ preventCancel: true })
    ) {
      text += part;
      const at = text.indexOf(word), end = text.indexOf("\n", at);
      if (at >= 0 && end >= 0) return text.slice(at + word.length, end);
    }
    if (this.#late) throw new Error("Cannot measure: out of time");
    throw new Error(lastWords(await this.#errors));
  }

  #kill(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // it has ended already
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    this.#kill();
    await this.#process.status;
    await this.#process.stdin.close().catch(() => {});
    await this.#errors;
  }
}

/** The message of the error a process ended with, without paths of this machine. */
function lastWords(text: string): string {
  // deno-lint-ignore no-control-regex -- colours of the runtime's error output
  const lines = text.replace(/\x1b\[\d+m/g, "").replace(/file:\/\/\S*\//g, "").split("\n");
  const message = lines.map((line) => /^error: (?:Uncaught )?(?:\(in promise\) )?(?:Error: )?(.+)$/.exec(line)?.[1]);
  return message.find((line) => line !== undefined) ?? "Cannot measure: the process ended without a word";
}
