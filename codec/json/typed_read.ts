/**
 * Reads values from JSON along their schema, straight from the reader's bytes.
 *
 * Accepts a part of what `JSON.parse` and then `conform` accept, with the same values. Everything else, malformed text and
 * misfits included, is given up, for those two to read or to find words for.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { checkOneofs } from "../fit.ts";
import { bytesOfText, floatTexts, isDecimal, parseTimestamp } from "../forms.ts";
import { addAbsent, BOOL_KIND, INT64_KIND, type Plan, TEXT_KIND, UINT64_KIND } from "../plan.ts";
import { giveUp } from "../give_up.ts";
import { next, readAnyValue, readNumber, readShortDecimal, readText, take, wantWord } from "./scan.ts";
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE, SMALL_N, SMALL_T } from "./text.ts";

/** How many fields are looked for, from the expected one on, before the key is looked up. */
const lookAhead = 4;

/** Reads one value from all of `r`; throws anything for text that the general way must judge. */
export function readTyped(r: Reader, plan: Plan): unknown {
  const value = readValue(r, plan, next(r));
  next(r);
  return r.pos === r.end ? value : giveUp();
}

/** Reads a value whose first byte is `c`, at the reader's position; the cases are numbered as in `Plan.kind`. */
function readValue(r: Reader, plan: Plan, c: number): unknown {
  switch (plan.kind) {
    case 0: // bool
      return wantWord(r, c === SMALL_T ? "true" : "false") === "true";
    case 1: // int8 int16 int32 uint8 uint16 uint32
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
      return inRange(plan, readNumber(r));
    case 7: // int53
      return inRange(plan, c === QUOTE ? Number(readDecimal(r)) : readNumber(r));
    case 8: // int64
      return readBigInt(r, c, false);
    case 9: // float
      return Math.fround(readFloat(r, c));
    case 10: // double
      return readFloat(r, c);
    case 11: // string
      return readText(r);
    case 12: // bytes
      return bytesOfText(readText(r));
    case 13: // enumeration
      return readName(r, plan, c);
    case 14: // list
      return readList(r, plan.value, c);
    case 15: // map
      return readMap(r, plan, c);
    case 16: // struct
      return readStruct(r, plan, c);
    case 17: // optional
      return c === SMALL_N ? void wantWord(r, "null") : readValue(r, plan.value, c);
    case 18: // uint64
      return readBigInt(r, c, true);
    default: // logical
      return readLogical(r, plan, c);
  }
}

function inRange({ min, max }: Plan, n: number): number {
  return Number.isInteger(n) && n >= min && n <= max ? n + 0 : giveUp();
}

/** Reads an integer in quotes: as a number when that is exact, else as its text. */
function readDecimal(r: Reader): number | string {
  const n = readShortDecimal(r);
  if (n !== undefined) return n;
  const text = readText(r);
  return isDecimal(text) ? text : giveUp();
}

function readBigInt(r: Reader, c: number, isUnsigned: boolean): bigint {
  if (c === QUOTE) return bigintOf(readDecimal(r), isUnsigned);
  const n = readNumber(r);
  return Number.isSafeInteger(n) ? bigintOf(n, isUnsigned) : giveUp();
}

function bigintOf(decimal: number | string, isUnsigned: boolean): bigint {
  const n = BigInt(decimal);
  return n === (isUnsigned ? BigInt.asUintN(64, n) : BigInt.asIntN(64, n)) ? n : giveUp();
}

function readLogical(r: Reader, { logical, value: base }: Plan, c: number): unknown {
  const isTime = logical!.name === "timestamp" && c === QUOTE;
  return logical!.fromBase(isTime ? parseTimestamp(readText(r)) : readValue(r, base, c));
}

function readFloat(r: Reader, c: number): number {
  return c === QUOTE ? floatTexts.get(readText(r)) ?? giveUp() : readNumber(r);
}

function readName(r: Reader, { numbers, names }: Plan, c: number): string {
  if (c !== QUOTE) return names.get(readNumber(r)) ?? giveUp();
  const name = readText(r);
  return numbers.has(name) ? name : giveUp();
}

function readList(r: Reader, element: Plan, c: number): unknown[] {
  const list: unknown[] = [];
  if (c !== OPEN_BRACKET) giveUp();
  r.enter();
  r.pos++;
  c = next(r);
  if (c === CLOSE_BRACKET) r.pos++;
  else {
    do {
      list.push(readValue(r, element, c));
    } while ((c = more(r, CLOSE_BRACKET)) !== CLOSE_BRACKET);
  }
  r.leave();
  return list;
}

/** Moves past a comma, or past `closing` and returns it; else returns the byte that the next part begins with. */
function more(r: Reader, closing: number): number {
  const c = next(r);
  r.pos++;
  if (c === closing) return c;
  if (c !== COMMA) giveUp();
  const first = next(r);
  return first === closing ? giveUp() : first;
}

function readMap(r: Reader, { key: keyPlan, value: valuePlan }: Plan, c: number): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  if (c !== OPEN_BRACE) giveUp();
  r.enter();
  r.pos++;
  c = next(r);
  if (c === CLOSE_BRACE) r.pos++;
  else {
    do {
      const key = keyOf(keyPlan, readText(r)), size = map.size;
      take(r, COLON);
      map.set(key, readValue(r, valuePlan, next(r)));
      if (map.size === size) giveUp(); // a key twice: which of them counts is not for here to say
    } while (more(r, CLOSE_BRACE) !== CLOSE_BRACE);
  }
  r.leave();
  return map;
}

/** The key that `text` stands for. */
function keyOf(plan: Plan, text: string): unknown {
  if (plan.kind === TEXT_KIND) return text;
  if (plan.kind === BOOL_KIND) return text === "true" ? true : text === "false" ? false : giveUp();
  if (!isDecimal(text)) giveUp();
  if (plan.kind === INT64_KIND || plan.kind === UINT64_KIND) return bigintOf(text, plan.kind === UINT64_KIND);
  return inRange(plan, Number(text));
}

function readStruct(r: Reader, plan: Plan, c: number): unknown {
  const { keys, plans, required } = plan, out = new plan.Record();
  if (c !== OPEN_BRACE) giveUp();
  r.enter();
  r.count(plan.room);
  r.pos++;
  c = next(r);
  let expected = 0, isComplete = true, isOrdered = true, hasNull = false;
  if (c === CLOSE_BRACE) r.pos++;
  else {
    do {
      const at = readKey(r, plan, expected);
      c = next(r);
      if (at < 0) readAnyValue(r);
      else {
        const key = keys[at]!;
        if (at !== expected) isComplete = false;
        if (at < expected) isOrdered = false;
        if (!isOrdered && (hasNull || out[key] !== undefined)) giveUp(); // a field twice, or under two names
        if (c === SMALL_N && !required[at]) hasNull = isNull(r);
        else out[key] = readValue(r, plans[at]!, c);
        expected = at + 1;
      }
    } while (more(r, CLOSE_BRACE) !== CLOSE_BRACE);
  }
  if (!isComplete || hasNull || expected < keys.length) addAbsent(r, plan, out);
  if (plan.oneofs) checkOneofs(plan.oneofs, out);
  r.leave();
  return out;
}

/** Reads a key with its colon and returns the place of its field, -1 when there is none. */
function readKey(r: Reader, { quoted, places }: Plan, expected: number): number {
  const last = Math.min(expected + lookAhead, quoted.length);
  for (let at = expected; at < last; at++) if (skipped(r, quoted[at]!)) return at;
  const key = readText(r);
  take(r, COLON);
  return places.get(key) ?? -1;
}

/** Moves past `wanted` if that is what comes. */
function skipped(r: Reader, wanted: Uint8Array): boolean {
  const bytes = r.bytes, n = wanted.length, pos = r.pos;
  if (n > r.end - pos) return false;
  for (let i = 1; i < n; i++) if (bytes[pos + i] !== wanted[i]) return false;
  if (bytes[pos] !== QUOTE) return false;
  r.pos = pos + n;
  return true;
}

function isNull(r: Reader): boolean {
  return wantWord(r, "null") === "null";
}
