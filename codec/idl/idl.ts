/**
 * What every reader of an interface definition gives and every writer of one takes, in erpc's own schema types.
 *
 * @module
 */
import type { Service } from "../schema/service.ts";
import type { EnumType, StructType } from "../schema/type.ts";

/** A struct or enumeration, which has a name. */
export type NamedType = StructType | EnumType;

/** The contents of an interface definition. */
export interface Idl {
  /** Its types, in the order of the source. */
  readonly types: readonly NamedType[];
  /** Its services, in the order of the source. */
  readonly services: readonly Service[];
}

/** What is wrong with an interface definition, and where. */
export class IdlError extends SyntaxError {
  /** Always `"IdlError"`. */
  override readonly name = "IdlError";
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;

  /** Makes one whose message is `"<line>:<column>: <reason>"`. */
  constructor(reason: string, { line, column }: { readonly line: number; readonly column: number }) {
    super(`${line}:${column}: ${reason}`);
    this.line = line;
    this.column = column;
  }
}
