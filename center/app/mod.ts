/**
 * The erpc center as a command: `deno run -A jsr:@erpc/center`. It needs no more than `--allow-net`.
 *
 * Servers register here and are kept for as long as they are heard of; clients ask here who answers for a service. Both find
 * it at `127.0.0.1:8081` by themselves, or wherever the environment variable `ERPC_CENTER` says.
 *
 * As a module it gives {@linkcode listenCenter}, for a center within a program of one's own:
 *
 * @example
 * ```ts
 * import { listenCenter } from "@erpc/center";
 * await using center = await listenCenter(":0");
 * console.assert(center.address.startsWith("tcp://127.0.0.1:"));
 * ```
 *
 * @module
 */
import { main } from "./cli.ts";
import settings from "./deno.json" with { type: "json" };

export * from "@erpc/erpc/center";

if (import.meta.main) Deno.exit(await main(Deno.args, settings.version));
