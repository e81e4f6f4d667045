/**
 * Where services are looked for when nothing is said: at the center, then in this process.
 *
 * @module
 */
import { fallback } from "./fallback.ts";
import { loadRegistry, type Registry, type RegistryOptions } from "./mod.ts";

/** Address a center listens at when nothing is said. */
export const DEFAULT_CENTER = "127.0.0.1:8081";

/** Name of the in-process registry that the default server registers with. */
export const IN_PROCESS = "mem://erpc";

/** The registry of the center (or centers) given, else of `ERPC_CENTER`, else of the default address; then this process. */
export async function defaultRegistry(
  center?: string | readonly string[],
  options: RegistryOptions = {},
): Promise<Registry> {
  const [asked, here] = await Promise.all([centerRegistry(center, options), loadRegistry(IN_PROCESS)]);
  return fallback(asked, here);
}

/**
 * The registry of the center alone, or of several. Rejects with TypeError for a bad address.
 *
 * @example
 * ```ts
 * import { Client } from "@erpc/erpc";
 * import { centerRegistry } from "@erpc/erpc/client";
 * const registry = await centerRegistry(["center-a:8081", "center-b:8081"], { tls: {} });
 * await using client = new Client({ registry });
 * ```
 */
export function centerRegistry(
  center?: string | readonly string[],
  options: RegistryOptions = {},
): Promise<Registry> {
  const addresses = center ?? environment("ERPC_CENTER") ?? DEFAULT_CENTER;
  const list = typeof addresses === "string" ? addresses : addresses.join(",");
  return loadRegistry(list.startsWith("erpc://") ? list : `erpc://${list}`, options);
}

/** An environment variable, when the runtime has them and reading it needs no question to the user. */
function environment(variable: string): string | undefined {
  const { Deno: deno } = globalThis as {
    Deno?: {
      env: { get(name: string): string | undefined };
      permissions: { querySync(of: { name: "env"; variable: string }): { state: string } };
    };
  };
  if (deno?.permissions.querySync({ name: "env", variable }).state !== "granted") return undefined;
  return deno.env.get(variable) || undefined;
}
