/**
 * The fields of a Protocol Buffers message that hold one value or a list.
 *
 * @module
 */
import type { Reader, Writer } from "../../protocol/mod.ts";
import { type FieldPlan, unfit } from "../fit.ts";
import { within } from "../misfit.ts";
import type { ListType } from "../schema/type.ts";
import type { Element } from "./scalar.ts";
import { endBody, enterBody, LENGTH, putKey, startBody, wantWire } from "./wire.ts";

/** Values of a struct, by key. */
export type Values = Record<string, unknown>;

/** How one field is written and read. */
export interface FieldBody {
  /** What the field is when it isn't there, fresh each time; undefined for a struct, which must be there. */
  zero(): unknown;
  /** Appends key and value; throws a Misfit for a value that isn't of the type. */
  write(w: Writer, value: unknown): void;
  /** Reads what follows a key with wire type `wire` into `values`. */
  read(r: Reader, wire: number, values: Values): void;
}

/** Makes the field `number` of one scalar or enumeration; one that is optional is written even when it is zero. */
export function scalarBody({ key, optional }: FieldPlan, number: number, element: Element): FieldBody {
  const wireKey = number << 3 | element.wire;
  return {
    zero: element.zero,
    write: (w, value) => element.write(w, wireKey, value, optional),
    read(r, wire, values) {
      wantWire(wire, element.wire);
      values[key] = element.take(r);
    },
  };
}

/** Makes the field `number` of a list; numbers are packed. */
export function listBody({ key, type }: FieldPlan, number: number, element: Element): FieldBody {
  const isPacked = element.wire !== LENGTH, wireKey = number << 3 | LENGTH;
  return {
    zero: () => [],
    write(w, list) {
      if (!Array.isArray(list)) unfit(list, type as ListType);
      if (!isPacked) return writeElements(w, wireKey, list, element);
      if (list.length === 0) return;
      putKey(w, wireKey);
      const start = startBody(w, list.length);
      writeElements(w, 0, list, element);
      endBody(w, start, list.length);
    },
    read(r, wire, values) {
      const list = values[key] as unknown[];
      try {
        if (wire === LENGTH && isPacked) return takePacked(r, element, list);
        wantWire(wire, element.wire);
        r.count(1);
        list.push(element.take(r));
      } catch (error) {
        throw within(`[${list.length}]`, error);
      }
    },
  };
}

function writeElements(w: Writer, wireKey: number, list: readonly unknown[], element: Element): void {
  let at = 0;
  try {
    for (; at < list.length; at++) element.write(w, wireKey, list[at], true);
  } catch (error) {
    throw within(`[${at}]`, error);
  }
}

function takePacked(r: Reader, element: Element, list: unknown[]): void {
  const end = enterBody(r);
  const before = list.length;
  while (r.pos < r.end) list.push(element.take(r));
  r.count(list.length - before);
  r.end = end;
}
