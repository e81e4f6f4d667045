/** Temporary. @module */
import type { Codec } from "./codec.ts";
import { jce } from "./jce.ts";
import { jceAny } from "./jce_any.ts";
import { json } from "./json.ts";
import { none } from "./none.ts";
export * from "./codec.ts";
export * from "./schema/service.ts";
export * from "./schema/type.ts";
export * as t from "./schema/words.ts";
export { jce };
const table: Record<string, Codec> = { jce, jce_any: jceAny, json, none };
export type CodecName = "jce" | "jce_any" | "json" | "none";
export function loadCodec(c: CodecName | Codec): Codec | Promise<Codec> { return typeof c === "string" ? table[c]! : c; }
export function codecOfId(id: number, extra: readonly Codec[] = []): Codec | Promise<Codec> | undefined {
  return [...Object.values(table), ...extra].find((c) => c.id === id);
}
