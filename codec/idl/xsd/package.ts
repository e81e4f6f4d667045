/**
 * Packages of types and services, as the namespaces of XML name them.
 *
 * @module
 */
import { erpcNamespace } from "../../soap/namespace.ts";

/**
 * The package that stands for `namespace`: `"demo"` for `urn:demo`, and `"com.example.stock.v1"` for
 * `http://example.com/stock/v1`. What can't be part of a name becomes `_`.
 */
export function packageOfNamespace(namespace: string): string {
  if (namespace === erpcNamespace) return "";
  const [, scheme = "", rest = namespace] = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/)?(.*)$/s.exec(namespace) ?? [];
  if (scheme.toLowerCase() === "urn") return decoded(rest).replaceAll(":", ".");
  const [host = "", ...path] = rest.split(/[/?#]+/);
  const labels = host.replace(/:\d+$/, "").split(".").reverse();
  return [...labels, ...path].filter((part) => part !== "").map(asName).join(".");
}

function decoded(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}

function asName(part: string): string {
  return part.replace(/[^\p{L}\p{N}_]/gu, "_").replace(/^(?=\p{N})/u, "_");
}
