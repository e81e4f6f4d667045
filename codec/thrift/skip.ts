/**
 * Skipping what a schema doesn't know, by its wire type.
 *
 * @module
 */
import type { Reader } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import {
  BOOL,
  DOUBLE,
  I16,
  I32,
  I64,
  I8,
  LIST,
  MAP,
  type Protocol,
  SET,
  STRING,
  STRUCT,
  typeName,
  UUID,
} from "./protocol.ts";

/** Skips the body of the field with that `head`. */
export function skipField(p: Protocol, r: Reader, head: number): void {
  const type = head & 31;
  if (type === BOOL) p.readBoolField(r, head);
  else skip(p, r, type);
}

function skip(p: Protocol, r: Reader, type: number): void {
  switch (type) {
    case BOOL:
      return void p.readBool(r);
    case I8:
      return void r.skip(1);
    case I16:
      return void p.readI16(r);
    case I32:
      return void p.readI32(r);
    case I64:
      return void p.readI53(r);
    case DOUBLE:
      return void r.skip(8);
    case STRING:
      return void r.skip(p.readLength(r));
    case UUID:
      return void r.skip(16);
    default:
      return skipContainer(p, r, type);
  }
}

function skipContainer(p: Protocol, r: Reader, type: number): void {
  r.enter();
  if (type === STRUCT) {
    for (let head = p.readField(r, 0); head !== 0; head = p.readField(r, head >> 8)) skipField(p, r, head);
  } else if (type === LIST || type === SET) {
    const head = p.readList(r), element = head & 31;
    for (let n = (head - element) / 32; n > 0; n--) skip(p, r, element);
  } else if (type === MAP) {
    const head = p.readMap(r), types = head & 1023;
    for (let n = (head - types) / 1024; n > 0; n--) {
      skip(p, r, types >> 5);
      skip(p, r, types & 31);
    }
  } else misfit(`got Thrift ${typeName(type)}, which is unknown`);
  r.leave();
}
