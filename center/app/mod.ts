/**
 * The erpc center as a program: `deno run -A jsr:@erpc/center --help`.
 *
 * Imported, it gives the center's API: `import { listenCenter } from "jsr:@erpc/center"`.
 *
 * @module
 */
import config from "./deno.json" with { type: "json" };
import { parseCommand, run } from "./cli.ts";

export * from "@erpc/erpc/center";

if (import.meta.main) Deno.exit(await run(parseCommand(Deno.args, config.version)));
