/**
 * The command line of the center.
 *
 * @module
 */
import { listenCenter } from "@erpc/erpc/center";

/** What the command line asked for. */
export type Command =
  | { readonly kind: "listen"; readonly address: string; readonly verbose: boolean }
  | { readonly kind: "print"; readonly text: string }
  | { readonly kind: "refuse"; readonly why: string };

const USAGE = `erpc center: knows which servers answer for which services.

Usage: deno run -A jsr:@erpc/center [options]

  --listen ADDRESS  where to listen (default 127.0.0.1:8081; 0.0.0.0:8081 for every interface)
  --verbose         print every registration, expiry and watch
  --version         print the version
  --help            print this`;

/** Reads the command line; `version` is what `--version` prints. */
export function parseCommand(args: readonly string[], version: string): Command {
  let address = "127.0.0.1:8081", verbose = false;
  for (let at = 0; at < args.length; at++) {
    const [option, given] = splitOption(args[at]!);
    if (option === "--help" || option === "-h") return { kind: "print", text: USAGE };
    if (option === "--version") return { kind: "print", text: version };
    if (option === "--verbose") verbose = true;
    else if (option === "--listen") {
      const value = given ?? args[++at];
      if (value === undefined || value === "") return refuse("--listen wants an address, such as 127.0.0.1:8081");
      address = value;
    } else return refuse(`option ${args[at]} is unknown`);
  }
  return { kind: "listen", address, verbose };
}

function splitOption(text: string): [option: string, value: string | undefined] {
  const equals = text.indexOf("=");
  return equals < 0 || !text.startsWith("--") ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

function refuse(why: string): Command {
  return { kind: "refuse", why: `Cannot start the center: ${why}\n\n${USAGE}` };
}

/** Carries a command out and resolves with the exit code: 0, 1 when it can't listen, 2 for a wrong command line. */
export async function run(command: Command): Promise<number> {
  if (command.kind === "print") {
    console.log(command.text);
    return 0;
  }
  if (command.kind === "refuse") {
    console.error(command.why);
    return 2;
  }
  try {
    await listen(command);
    return 0;
  } catch (error) {
    console.error(`Cannot listen at ${command.address}: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}

/** Listens until the process is told to end. */
async function listen({ address, verbose }: Command & { kind: "listen" }): Promise<void> {
  const center = await listenCenter(address, { verbose });
  console.log(`erpc center listening on ${center.address}`);
  const stop = () => center.drain();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  await center.finished;
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.removeSignalListener(signal, stop);
}
