/**
 * Fields and keys that stand twice in JSON, of which `JSON.parse` gives only the last.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { misfit, within } from "../misfit.ts";
import { LIST_KIND, LOGICAL_KIND, MAP_KIND, OPTIONAL_KIND, type Plan, STRUCT_KIND } from "../plan.ts";
import { keyPath, stepOf } from "../walk.ts";
import { valueEnd } from "./depth.ts";
import { next } from "./scan.ts";
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET } from "./text.ts";

/**
 * Throws a Misfit with the path for a field of a struct or a key of a map that stands twice in the JSON at `r`, which is
 * well-formed and fits `plan`; moves past it. What the schema doesn't know may hold anything twice. Without a plan, no key
 * of any object may.
 */
export function checkRepeated(r: Reader, plan: Plan | null): void {
  const c = next(r);
  if (plan === null) return checkAny(r, c);
  if (plan.kind === OPTIONAL_KIND || plan.kind === LOGICAL_KIND) return checkRepeated(r, plan.value);
  if (plan.kind === LIST_KIND && c === OPEN_BRACKET) return checkList(r, plan.value);
  if (plan.kind === MAP_KIND && c === OPEN_BRACE) return checkObject(r, () => plan.value, keyPath);
  if (plan.kind === STRUCT_KIND && c === OPEN_BRACE) {
    return checkObject(r, (key) => plan.plans[plan.places.get(key) ?? -1], (key) => "." + key);
  }
  skipValue(r);
}

function checkAny(r: Reader, c: number): void {
  if (c === OPEN_BRACKET) checkList(r, null);
  else if (c === OPEN_BRACE) checkObject(r, () => null, stepOf);
  else skipValue(r);
}

function checkList(r: Reader, element: Plan | null): void {
  let i = 0;
  r.pos++;
  try {
    for (let c = next(r); c !== CLOSE_BRACKET; c = next(r)) {
      if (c === COMMA) r.pos++;
      checkRepeated(r, element);
      i++;
    }
  } catch (error) {
    throw within(`[${i}]`, error);
  }
  r.pos++;
}

/** `planOf` gives the plan for the value of a key; undefined when that key may stand twice. */
function checkObject(
  r: Reader,
  planOf: (key: string) => Plan | null | undefined,
  stepOf: (key: string) => string,
): void {
  const seen = new Set<string>();
  let key = "";
  r.pos++;
  try {
    for (let c = next(r); c !== CLOSE_BRACE; c = next(r)) {
      if (c === COMMA) r.pos++;
      key = readKey(r);
      const plan = planOf(key);
      if (plan !== undefined && seen.has(key)) misfit("it stands twice");
      seen.add(key);
      if (plan === undefined) skipValue(r);
      else checkRepeated(r, plan);
    }
  } catch (error) {
    throw within(stepOf(key), error);
  }
  r.pos++;
}

function readKey(r: Reader): string {
  next(r);
  const start = r.pos;
  skipValue(r);
  const end = r.pos;
  r.pos = start;
  const key: string = JSON.parse(r.text(end - start));
  next(r);
  r.pos++; // the colon
  return key;
}

function skipValue(r: Reader): void {
  next(r);
  r.pos = valueEnd(r.bytes, r.pos, r.end, Infinity);
}
