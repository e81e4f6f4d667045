/**
 * How names of .proto files become those of TypeScript and back, as protoc (json_name) and protobuf-es (localName) do it.
 *
 * @module
 */

/** Names that every object has: protobuf-es writes a `$` behind them. */
const inherited: ReadonlySet<string> = new Set(["constructor", "toString", "toJSON", "valueOf"]);

function safe(name: string): string {
  return inherited.has(name) ? name + "$" : name;
}

/** The default JSON name of a field: `"user_name"` is `"userName"`, and digits take no capital behind them. */
export function jsonNameOf(name: string): string {
  return name.replace(/_+([^_]?)/g, (_, next: string) => next.toUpperCase());
}

/** Key of a field of a message; one of a oneof may have any name. */
export function fieldKeyOf(name: string, inOneof: boolean): string {
  const key = jsonNameOf(name);
  return inOneof ? key : safe(key);
}

/** Key of a method: its name with a small first letter. */
export function methodKeyOf(name: string): string {
  return safe(name.charAt(0).toLowerCase() + name.slice(1));
}

/** The name of a field that has the key `key`; undefined when .proto files have none. */
export function fieldNameOf(key: string, inOneof: boolean): string | undefined {
  const plain = key.endsWith("$") && inherited.has(key.slice(0, -1)) ? key.slice(0, -1) : key;
  const snake = plain.replace(/(?!^)[A-Z]/g, (letter) => "_" + letter.toLowerCase());
  for (const name of [snake, plain]) if (isName(name) && fieldKeyOf(name, inOneof) === key) return name;
  return undefined;
}

/** The name of the method with the key `key`: with a capital where that comes back as the key. */
export function methodNameOf(key: string): string | undefined {
  const plain = key.endsWith("$") && inherited.has(key.slice(0, -1)) ? key.slice(0, -1) : key;
  const name = plain.charAt(0).toUpperCase() + plain.slice(1);
  return isName(name) && methodKeyOf(name) === key ? name : undefined;
}

/** Whether `name` is one that .proto files take for a single thing. */
export function isName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** `"ColourKind"` as `"COLOUR_KIND"`, the prefix of an enumeration's values. */
export function upperSnakeOf(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, "_$&").toUpperCase();
}
