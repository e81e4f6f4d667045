/**
 * The command that writes schemas: `deno run -A jsr:@erpc/erpc/gen demo.proto -o demo.ts`, and `--help` for more.
 *
 * The one file of the codecs that reads and writes files.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import process from "node:process";
import { type GenCommand, parseGenCommand, usage } from "./gen_command.ts";
import { importModule } from "./import_module.ts";
import {
  type Idl,
  IdlError,
  idlOf,
  type ReaderName,
  readers,
  type WriterName,
  writers,
  writeTypescript,
} from "./mod.ts";

/** Does what the command line asks for; resolves with the exit code of the process: 1 for a wrong file, 2 for a wrong command. */
export async function gen(args: readonly string[]): Promise<number> {
  let command: GenCommand;
  try {
    command = parseGenCommand(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage.trimEnd()}`);
    return 2;
  }
  try {
    if (command.help) console.log(usage.trimEnd());
    else put(await write(await read(command), command), command);
    return 0;
  } catch (error) {
    if (!(error instanceof IdlError || error instanceof TypeError)) throw error;
    console.error(error instanceof IdlError ? `${command.file}:${error.message}` : error.message);
    return 1;
  }
}

async function read({ file, folders }: GenCommand): Promise<Idl> {
  const ending = file.slice(file.lastIndexOf(".") + 1);
  if (/^[mc]?[jt]s$/.test(ending)) return idlOf(await importModule(file));
  if (!Object.hasOwn(readers, ending)) {
    throw new TypeError(`Cannot read ${file}: want a file that ends with .ts, .${Object.keys(readers).join(", .")}`);
  }
  const load = await readers[ending as ReaderName]();
  return load(textOf(file), { find: (path) => found(path, [dirname(file), ...folders]) });
}

function textOf(file: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new TypeError(`Cannot read ${file}: ${reason(error)}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new TypeError(`Cannot read ${file}: it is no UTF-8`);
  }
}

/** Text of the file `path` in the first of `folders` that has it. */
function found(path: string, folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    try {
      return textOf(resolve(folder, path));
    } catch { /* it is in another one, or in none */ }
  }
  return undefined;
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ENOENT" ? "there is no such file" : message;
}

async function write(idl: Idl, command: GenCommand): Promise<string> {
  const { to, file, import: source, address } = command;
  if (idl.types.length + idl.services.length === 0) {
    throw new TypeError(`Cannot use ${file}: it has no types and no services`);
  }
  if (to === undefined) return writeTypescript(idl, { from: basename(file), import: source });
  const load = await writers[to as WriterName]();
  return load(idl, { address });
}

/** Writes `text` where it belongs, or compares it with what is there. */
function put(text: string, { out, check, file }: GenCommand): void {
  if (out === undefined) return void process.stdout.write(text);
  if (!check) return save(out, text);
  if (textOf(out) !== text) throw new TypeError(`Cannot use ${out}: it is not up to date with ${file}`);
}

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new TypeError(`Cannot write ${file}: ${reason(error)}`);
  }
}

if (import.meta.main) process.exitCode = await gen(process.argv.slice(2));
