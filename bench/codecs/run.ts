/**
 * Measures every codec against JSON, and prints the tables.
 *
 * `deno task bench:codecs`, or with names: `deno task bench:codecs jce pb`; `--write` writes RESULTS.md.
 *
 * @module
 */
import { describeMachine } from "../peers/machine.ts";
import { candidates } from "./candidates.ts";
import type { Figures } from "./child.ts";
import { report } from "./report.ts";

/** Measures `name` in a child process. */
async function run(name: string): Promise<Figures> {
  const child = new URL("child.ts", import.meta.url).href;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", child, name],
    stderr: "inherit",
  });
  const { success, stdout } = await command.output();
  if (!success) throw new Error(`Cannot measure ${name}: its process failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

const write = Deno.args.includes("--write"), wanted = Deno.args.filter((arg) => !arg.startsWith("--"));
const results = new Map<string, Figures>();
for (const name of wanted.length > 0 ? wanted : Object.keys(candidates)) {
  console.error(`measuring ${name}`);
  results.set(name, await run(name));
}
const text = report(results, describeMachine());
console.log(text);
if (write) await Deno.writeTextFile(new URL("RESULTS.md", import.meta.url), text);
