/**
 * The command line of `erpc gen`.
 *
 * @module
 */
import { readers, writers } from "./mod.ts";

/** What `--help` prints. */
export const usage = `Usage: deno run -A jsr:@erpc/erpc/gen <file> [options]

Writes a TypeScript module with the schemas, types and services of a file, which ends with
${Object.keys(readers).map((name) => "." + name).join(", ")}; or, with --to, a definition in another language,
from such a file or from a TypeScript module that exports schemas and services.

Options:
  -o, --out <file>    write here; default is the standard output
  --check             write nothing, but fail when the file of --out is not up to date
  --import <module>   where the module imports erpc from (default @erpc/erpc)
  --to <language>     ${Object.keys(writers).join(", ")}
  --address <url>     where a WSDL says the service is (default http://127.0.0.1:8877)
  -I <folder>         look for imported files here, too; may be given several times
  --help              print this text

Examples:
  deno run -A jsr:@erpc/erpc/gen demo.proto -o demo.ts
  deno run -A jsr:@erpc/erpc/gen --to thrift demo.ts -o demo.thrift
`;

/** What a command line asks for. */
export interface GenCommand {
  /** Whether only the usage is to be printed. */
  help: boolean;
  /** The file to read. */
  file: string;
  /** The file to write; undefined for the standard output. */
  out: string | undefined;
  /** Whether to compare only. */
  check: boolean;
  /** Where the module imports erpc from. */
  import: string;
  /** Language to write; undefined for a TypeScript module. */
  to: string | undefined;
  /** Where a WSDL says the service is. */
  address: string;
  /** Folders to look for imported files in. */
  readonly folders: string[];
}

/** Options that a value follows, and what each sets. */
const valued: Readonly<Record<string, (command: GenCommand, value: string) => unknown>> = {
  "-o": (command, value) => command.out = value,
  "--out": (command, value) => command.out = value,
  "--import": (command, value) => command.import = value,
  "--to": (command, value) => command.to = value,
  "--address": (command, value) => command.address = value,
  "-I": (command, value) => command.folders.push(value),
};

/** Reads a command line; throws TypeError for one that makes no sense. */
export function parseGenCommand(args: readonly string[]): GenCommand {
  const command: GenCommand = {
    ...{ help: false, file: "", out: undefined, check: false, to: undefined, folders: [] },
    ...{ import: "@erpc/erpc", address: "http://127.0.0.1:8877" },
  };
  for (let i = 0; i < args.length; i++) {
    const [, name = args[i]!, joined] = /^(--[a-z]+)=(.*)$/s.exec(args[i]!) ?? [], set = valued[name];
    if (set) set(command, joined ?? args[++i] ?? missing(name));
    else if (name === "--check") command.check = true;
    else if (name === "--help" || name === "-h") command.help = true;
    else if (name.startsWith("-")) throw new TypeError(`Cannot use ${name}: there is no such option`);
    else if (command.file !== "") throw new TypeError(`Cannot read ${name}: ${command.file} stands before it`);
    else command.file = name;
  }
  if (!command.help) checkCommand(command);
  return command;
}

function checkCommand({ file, check, out, to }: GenCommand): void {
  if (file === "") throw new TypeError("Cannot write a schema: name the file to read");
  if (check && out === undefined) throw new TypeError("Cannot check what was written: name it with --out");
  if (to !== undefined && !Object.hasOwn(writers, to)) {
    throw new TypeError(`Cannot write ${to}: want one of ${Object.keys(writers).join(", ")}`);
  }
}

function missing(name: string): never {
  throw new TypeError(`Cannot use ${name}: a value must follow`);
}
