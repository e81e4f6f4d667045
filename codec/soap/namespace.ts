/**
 * Namespaces of the elements in SOAP bodies: that of a message is made of its struct's package, `urn:demo` for
 * `demo.Hello`, and all elements of the message are in it.
 *
 * @module
 */
import { stripped } from "../fit.ts";
import type { Type } from "../schema/type.ts";

/** Namespace of messages without a package, and of erpc's own elements. */
export const erpcNamespace = "urn:erpc";

/** The package in a full name: `"demo"` of `"demo.Hello"`; empty when there is none. */
export function packageOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}

/** What a full name ends with: `"Hello"` of `"demo.Hello"`. */
export function localOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** The namespace for `packageName`. */
export function urnOf(packageName: string): string {
  return packageName === "" ? erpcNamespace : `urn:${encodeURI(packageName.toWellFormed())}`;
}

/** The namespace of messages of `type`. */
export function namespaceOf(type: Type): string {
  const any = stripped(type);
  if (any.kind === "logical") return namespaceOf(any.base);
  return urnOf(any.kind === "struct" || any.kind === "enumeration" ? packageOf(any.name) : "");
}
