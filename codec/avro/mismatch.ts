/**
 * Why a schema on the wire and a type don't go together.
 *
 * @module
 */
import { type AvroSchema, nameOf } from "./schema.ts";

/** Thrown while a coder is made; becomes the TypeError that says so. */
export class Mismatch extends Error {}

/** Throws the {@linkcode Mismatch} of two schemas, or for a reason. */
export function mismatch(wire: AvroSchema | string, own?: AvroSchema): never {
  if (typeof wire === "string") throw new Mismatch(wire);
  throw new Mismatch(own ? `got ${nameOf(wire)}, want ${nameOf(own)}` : `got ${nameOf(wire)}`);
}
