/**
 * `JSON.parse` within limits, which it has none of.
 *
 * @module
 */
import { type Reader, RpcError } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import { elementsOf, nestsDeeper, opensMore } from "./depth.ts";

/**
 * The value of all the JSON in `from`; throws anything for what is none, or nests deeper than `levels`, which is what the
 * reader's limit of depth may come to.
 */
export function parse(from: Reader, levels: number): unknown {
  const { pos, bytes, end, maxDepth } = from, text = from.text();
  if (end - pos > 2 * levels && opensMore(text, levels) && nestsDeeper(bytes, pos, end, levels)) {
    misfit(`nesting is deeper than ${maxDepth}`);
  }
  return JSON.parse(text);
}

/** Throws `resource_exhausted` when the JSON in `from` holds too much. */
export function checkElements({ bytes, pos, end, maxItems }: Reader, root: string): void {
  // Every element takes a byte or more, so only a long body has to be looked through.
  if (end - pos <= maxItems || elementsOf(bytes, pos, end) <= maxItems) return;
  throw new RpcError("resource_exhausted", `Cannot decode ${root}: the message has more than ${maxItems} elements`);
}
