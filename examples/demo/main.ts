// deno run -A examples/demo/main.ts
// Starts a center, a server and a client as three processes, and stops them again.
const children: Deno.ChildProcess[] = [];

try {
  const center = start("center", "center/app/mod.ts", ["--listen", "127.0.0.1:0"]);
  const ERPC_CENTER = await center.says(/tcp:\/\/(\S+)/);
  const server = start("server", "examples/demo/server.ts", [], { ERPC_CENTER });
  const address = await server.says(/server at (\S+)/);
  const client = start("client", "examples/demo/client.ts", [address], { ERPC_CENTER });
  const codes = [await client.ends(), await server.stop(), await center.stop()];
  if (codes.some((code) => code !== 0)) throw new Error(`Cannot finish the demo: exit codes ${codes}`);
  console.log("all three have ended well");
} finally {
  for (const child of children) {
    try {
      child.kill("SIGKILL");
    } catch { /* it has ended */ }
  }
}

/** Starts a program whose lines are shown behind its name. */
function start(name: string, file: string, args: string[], env: Record<string, string> = {}) {
  const root = new URL("../..", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", file, ...args],
    cwd: root,
    env,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  children.push(child);
  const lines: string[] = [];
  let onLine = () => {};
  const reading = (async () => {
    let rest = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split("\n");
      rest = parts.pop()!;
      for (const line of parts) {
        console.log(`${name.padEnd(6)} | ${line}`);
        lines.push(line);
        onLine();
      }
    }
    onLine();
  })();

  /** Resolves with the first group of `pattern` in what the program prints. */
  async function says(pattern: RegExp): Promise<string> {
    let ended = false;
    reading.then(() => ended = true);
    for (;;) {
      const found = lines.map((line) => pattern.exec(line)?.[1]).find((text) => text !== undefined);
      if (found !== undefined) return found;
      if (ended) throw new Error(`Cannot start the ${name}: it ended without saying where it listens`);
      await new Promise<void>((resolve) => onLine = resolve);
      await null;
    }
  }

  /** Resolves with the exit code. */
  async function ends(): Promise<number> {
    const [{ code }] = await Promise.all([child.status, reading]);
    return code;
  }

  function stop(): Promise<number> {
    child.kill("SIGTERM");
    return ends();
  }

  return { says, ends, stop };
}
