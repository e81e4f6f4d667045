/**
 * Values as constants of a .thrift document.
 *
 * @module
 */
import { stripped } from "../../fit.ts";
import type { StructType, Type } from "../../schema/type.ts";
import type { Names } from "./names.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };

/** `value`, one of `type`, as a constant; throws TypeError for one that Thrift can't write. */
export function constantText(type: Type, value: unknown, names: Names): string {
  const any = stripped(type), inner = (type: Type, value: unknown) => constantText(type, value, names);
  switch (any.kind) {
    case "logical":
      return inner(any.base, any.toBase(value));
    case "list":
      return `[${(value as unknown[]).map((item) => inner(any.element, item)).join(", ")}]`;
    case "map": {
      const entries = [...value as Map<unknown, unknown>];
      return `{${entries.map(([key, item]) => `${inner(any.key, key)}: ${inner(any.value, item)}`).join(", ")}}`;
    }
    case "struct":
      return structText(any, value as Record<string, unknown>, names);
    case "enumeration":
      return `${names.of(any)}.${value}`;
    case "string":
      return quoted(value as string);
    case "bytes":
      return quoted(textOf(value as Uint8Array));
    case "float":
    case "double":
      return numberText(value as number);
    default:
      return String(value);
  }
}

function structText({ fields }: StructType, value: Record<string, unknown>, names: Names): string {
  const there = fields.filter(({ key }) => value[key] !== undefined);
  return `{${there.map(({ key, type }) => `${quoted(key)}: ${constantText(type, value[key], names)}`).join(", ")}}`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\n\r\t"\\]/g, (found) => escapes[found]!)}"`;
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new TypeError("Cannot write thrift: a default is bytes that are no UTF-8");
  }
}

function numberText(n: number): string {
  if (!Number.isFinite(n)) throw new TypeError(`Cannot write thrift: a default is ${n}`);
  const text = Object.is(n, -0) ? "-0" : String(n);
  return /[.e]/.test(text) ? text : text + ".0";
}
