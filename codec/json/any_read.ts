/**
 * Makes the data of what was parsed from JSON that says what each value is; the format is in `../json_any.ts`.
 *
 * @module
 */
import { got } from "../fit.ts";
import { bytesOfText, floatTexts } from "../forms.ts";
import { misfit, within } from "../misfit.ts";
import { stepOf } from "../walk.ts";
import { BIGINT, bigintText, BYTES, DATE, dateText, MAP, MARK, NUMBER, SET, UNDEFINED } from "./any_tags.ts";

/** Puts data in the place of what stands for it, in what `JSON.parse` gave. */
export class Revival {
  /** How many keys of objects were met. */
  keys = 0;
  readonly #maxDepth: number;
  #depth = 0;

  /** Makes one for at most `maxDepth` levels of arrays, objects, Maps and Sets. */
  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  /** The data that `value` stands for; arrays and objects are changed, not copied, where they can be. */
  of(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    return Array.isArray(value) ? this.#list(value) : this.#object(value as Record<string, unknown>);
  }

  #enter(): void {
    if (++this.#depth > this.#maxDepth) misfit(`nesting is deeper than ${this.#maxDepth}`);
  }

  #list(list: unknown[]): unknown[] {
    this.#enter();
    let i = 0;
    try {
      for (; i < list.length; i++) if (typeof list[i] === "object") list[i] = this.of(list[i]);
    } catch (error) {
      throw within(`[${i}]`, error);
    }
    this.#depth--;
    return list;
  }

  #object(object: Record<string, unknown>): unknown {
    const keys = Object.keys(object);
    this.keys += keys.length;
    if (keys.length === 1 && isTag(keys[0]!)) return this.#tagged(keys[0]!, object[keys[0]!]);
    this.#enter();
    let at = "", isMarked = false;
    try {
      for (at of keys) {
        if (at === "__proto__") misfit("a key may not be __proto__");
        if (at.startsWith(MARK)) isMarked = isTag(at) ? misfit("it stands beside other keys") : true;
        if (typeof object[at] === "object") object[at] = this.of(object[at]);
      }
    } catch (error) {
      throw within(stepOf(at), error);
    }
    this.#depth--;
    return isMarked ? unmarked(object) : object;
  }

  #tagged(tag: string, content: unknown): unknown {
    switch (tag) {
      case UNDEFINED:
        return content === true ? undefined : wrong(tag, content);
      case NUMBER:
        return floatTexts.get(content) ?? wrong(tag, content);
      case BIGINT:
        return bigintOf(content);
      case DATE:
        return dateOf(content);
      case BYTES:
        return bytesOf(content);
      case MAP:
        return this.#map(Array.isArray(content) ? content : wrong(tag, content));
      case SET:
        return this.#set(Array.isArray(content) ? content : wrong(tag, content));
      default:
        misfit(`got the key ${JSON.stringify(tag.slice(0, 40))}, which says nothing`);
    }
  }

  #map(pairs: readonly unknown[]): Map<unknown, unknown> {
    this.#enter();
    const map = new Map<unknown, unknown>();
    let i = 0;
    try {
      for (; i < pairs.length; i++) {
        const pair = pairs[i];
        if (!Array.isArray(pair) || pair.length !== 2) misfit(`got ${got(pair)}, want a pair of key and value`);
        map.set(this.of(pair[0]), this.of(pair[1]));
        if (map.size <= i) misfit("its key stands twice");
      }
    } catch (error) {
      throw within(`[${i}]`, error);
    }
    this.#depth--;
    return map;
  }

  #set(list: unknown[]): Set<unknown> {
    const set = new Set(this.#list(list));
    return set.size === list.length ? set : misfit("an element of a set stands twice");
  }
}

function isTag(key: string): boolean {
  return key.startsWith(MARK) && !key.startsWith(MARK, 1);
}

function wrong(tag: string, content: unknown): never {
  misfit(`got ${got(content)}, want what ${tag} has`);
}

/** `object` with its keys as they were before they were marked. */
function unmarked(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fresh: Record<string, unknown> = {};
  for (const key of Object.keys(object)) fresh[key.startsWith(MARK) ? key.slice(1) : key] = object[key];
  return fresh;
}

const bigintPattern = /^-?(?:\d{1,20}|0x[\da-f]+)$/;

/** Only the text that {@linkcode bigintText} gives, so that each bigint has one. */
function bigintOf(content: unknown): bigint {
  if (typeof content !== "string" || !bigintPattern.test(content)) wrong(BIGINT, content);
  const n = content.startsWith("-") ? -BigInt(content.slice(1)) : BigInt(content);
  return bigintText(n) === content ? n : misfit("got a bigint in another form than it has");
}

function dateOf(content: unknown): Date {
  const date = new Date(typeof content === "string" ? content : content === null ? NaN : wrong(DATE, content));
  return dateText(date) === content ? date : misfit("got a date in another form than it has");
}

function bytesOf(content: unknown): Uint8Array {
  const bytes = bytesOfText(typeof content === "string" ? content : wrong(BYTES, content));
  return bytes.toBase64() === content ? bytes : misfit("got base64 in another form than it has");
}
