/**
 * Where services are looked for when nothing is said: at the center, then in this process.
 *
 * @module
 */
import { fallback } from "./fallback.ts";
import { loadRegistry, type Registry } from "./mod.ts";

/** Address a center listens at when nothing is said. */
export const DEFAULT_CENTER = "127.0.0.1:8081";

/** Name of the in-process registry that the default server registers with. */
export const IN_PROCESS = "mem://erpc";

/** The registry of the center (or centers) given, else of `ERPC_CENTER`, else of the default address. */
export async function defaultRegistry(center?: string | readonly string[]): Promise<Registry> {
  const [asked, here] = await Promise.all([centerRegistry(center), loadRegistry(IN_PROCESS)]);
  return fallback(asked, here);
}

/** The registry of the center alone. */
export function centerRegistry(center?: string | readonly string[]): Promise<Registry> {
  const addresses = center ?? environment("ERPC_CENTER") ?? DEFAULT_CENTER;
  return loadRegistry(`erpc://${typeof addresses === "string" ? addresses : addresses.join(",")}`);
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
