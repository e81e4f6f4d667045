/**
 * The map field of a Protocol Buffers message: a list of entries, each a message of a key (1) and a value (2).
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { type FieldPlan, unfit } from "../fit.ts";
import { misfit, within } from "../misfit.ts";
import { keyPath } from "../walk.ts";
import type { FieldBody } from "./field.ts";
import type { Element } from "./scalar.ts";
import { endBody, enterBody, LENGTH, putKey, skipBody, startBody, takeKey, wantWire } from "./wire.ts";

/** Makes the field `number` for a map of `keys` to `inner` values. */
export function mapBody(plan: FieldPlan, number: number, keys: Element, inner: Element): FieldBody {
  const entryKey = number << 3 | LENGTH, keyKey = 1 << 3 | keys.wire, valueKey = 2 << 3 | inner.wire;
  return {
    zero: () => new Map(),
    write(w, map) {
      if (!(map instanceof Map)) unfit(map, plan.type);
      for (const [key, value] of map) {
        try {
          putKey(w, entryKey);
          const start = startBody(w, 1);
          keys.write(w, keyKey, key, true);
          inner.write(w, valueKey, value, true);
          endBody(w, start, 1);
        } catch (error) {
          throw within(keyPath(key), error);
        }
      }
    },
    read(r, wire, values) {
      wantWire(wire, LENGTH);
      takeEntry(r, keys, inner, values[plan.key] as Map<unknown, unknown>);
    },
  };
}

function takeEntry(r: Reader, keys: Element, inner: Element, map: Map<unknown, unknown>): void {
  const end = enterBody(r);
  r.count(1);
  let key: unknown = keys.zero(), value: unknown;
  try {
    while (r.pos < r.end) {
      const found = takeKey(r), number = found >>> 3;
      if (number === 1) key = takeElement(r, found, keys);
      else if (number === 2) value = takeElement(r, found, inner);
      else skipBody(r, found);
    }
    map.set(key, value ?? inner.zero() ?? misfit("it is missing"));
  } catch (error) {
    throw within(keyPath(key), error);
  }
  r.end = end;
}

function takeElement(r: Reader, key: number, element: Element): unknown {
  wantWire(key & 7, element.wire);
  return element.take(r);
}
