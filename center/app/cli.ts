/**
 * The command line of the center.
 *
 * @module
 */
import { type CenterServer, listenCenter } from "@erpc/erpc/center";

const USAGE = `Usage: deno run -A jsr:@erpc/center [options]

Options:
  --listen <address>  listen here (default 127.0.0.1:8081)
  --verbose           print what happens
  --version           print the version
  --help              print this text
`;

/** What a command line asks for. */
export interface Command {
  /** What is to be done. */
  readonly task: "help" | "version" | "run";
  /** Address to listen at. */
  readonly listen: string;
  /** Print what happens. */
  readonly verbose: boolean;
}

/** Reads a command line; `-h` is short for `--help`. Throws TypeError, naming the option, for one that is unknown or has no value. */
export function parseCommand(args: readonly string[]): Command {
  let task: Command["task"] = "run", listen = "127.0.0.1:8081", verbose = false;
  for (let i = 0; i < args.length; i++) {
    const [, name = args[i]!, value] = /^(--[a-z]+)(?:=(.*))?$/s.exec(args[i]!) ?? [];
    if (name === "--listen") listen = value ?? args[++i] ?? "";
    else if (value !== undefined) throw new TypeError(`Cannot use ${args[i]}: ${name} is unknown or takes no value`);
    else if (name === "--verbose") verbose = true;
    else if (name === "--version") task = "version";
    else if (name === "--help" || name === "-h") task = "help";
    else throw new TypeError(`Cannot use ${JSON.stringify(name)}: there is no such option`);
    if (listen === "") throw new TypeError("Cannot use --listen: an address must follow");
  }
  return { task, listen, verbose };
}

/** Does what the command line asks for, as this `version`; resolves with the exit code of the process. */
export async function main(args: readonly string[], version: string): Promise<number> {
  try {
    const { task, listen, verbose } = parseCommand(args);
    if (task === "run") return await run(listen, verbose);
    console.log(task === "help" ? USAGE.trimEnd() : version);
    return 0;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${USAGE.trimEnd()}`);
    return 2;
  }
}

/** Runs a center until it is told to end. */
async function run(address: string, verbose: boolean): Promise<number> {
  let center: CenterServer;
  try {
    center = await listenCenter(address, { verbose });
  } catch (error) {
    if (error instanceof TypeError) throw error; // no address at all
    console.error(reason(error, address));
    return 1;
  }
  const asked = untilAsked();
  console.log(`erpc center listening on ${center.address}`);
  await asked;
  await center.drain();
  return 0;
}

function reason(error: unknown, address: string): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return `Cannot listen at ${address}: the port is in use, by another center perhaps`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Resolves at the first signal to end; a second one ends the process at once. */
function untilAsked(): Promise<void> {
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  return new Promise((resolve) => {
    const onSignal = () => {
      for (const signal of signals) Deno.removeSignalListener(signal, onSignal);
      resolve();
    };
    for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  });
}
