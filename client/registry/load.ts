/**
 * Finds registries by URL.
 *
 * @module
 */
import { registries } from "./mod.ts";
import type { Registry, RegistryOptions } from "./registry.ts";

/** Makes the registry of a URL such as `"erpc://10.0.0.1:8081,10.0.0.2:8081"`; TypeError for an unknown scheme. */
export async function loadRegistry(url: string | Registry, options: RegistryOptions = {}): Promise<Registry> {
  if (typeof url !== "string") return url;
  const [, scheme = "", location = ""] = /^([a-z]+):\/\/(.*)$/s.exec(url) ?? [];
  if (!Object.hasOwn(registries, scheme)) {
    const known = Object.keys(registries).map((name) => `${name}://`).join(", ");
    throw new TypeError(`Cannot use ${JSON.stringify(url)} as a registry: want a URL of ${known}`);
  }
  return (await registries[scheme as keyof typeof registries]())({ ...options, location });
}
