/**
 * What a .jce or .tars file says, before its names are resolved.
 *
 * @module
 */
import type { ScalarType } from "../../schema/type.ts";

/** Where something stands. */
export interface Place {
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/** Something with a name of its own. */
export interface Named {
  /** Its name, without its module. */
  readonly name: string;
  /** Where the name stands. */
  readonly at: Place;
  /** Its comment. */
  readonly doc?: string;
}

/** A type as it is written. */
export type JceType =
  | { readonly kind: "scalar"; readonly type: ScalarType }
  | { readonly kind: "vector"; readonly element: JceType }
  | { readonly kind: "map"; readonly key: JceType; readonly value: JceType; readonly at: Place }
  /** `name` has its modules before it, each with `"::"`. */
  | { readonly kind: "named"; readonly name: string; readonly at: Place };

/** A value as it is written. */
export interface Literal {
  /** Which kind. */
  readonly kind: "integer" | "float" | "text" | "bool" | "name";
  /** The value; of a name its last part. */
  readonly value: bigint | number | string | boolean;
  /** Where it stands. */
  readonly at: Place;
}

/** A field of a struct. */
export interface FieldDecl extends Named {
  readonly tag: number;
  readonly required: boolean;
  readonly type: JceType;
  readonly default?: Literal;
}

/** A struct. */
export interface StructDecl extends Named {
  readonly kind: "struct";
  /** Its modules, with dots. */
  readonly module: string;
  readonly fields: readonly FieldDecl[];
}

/** An enumeration. */
export interface EnumDecl extends Named {
  readonly kind: "enum";
  /** Its modules, with dots. */
  readonly module: string;
  /** Its names, each with what stands behind `=`. */
  readonly members: readonly (Named & { readonly value?: Literal })[];
}

/** A parameter of a function. */
export interface ParameterDecl extends Named {
  readonly type: JceType;
  /** Whether it is given back. */
  readonly out: boolean;
}

/** A function of an interface. */
export interface FunctionDecl extends Named {
  /** What it returns; undefined for void. */
  readonly returns?: JceType;
  readonly parameters: readonly ParameterDecl[];
}

/** An interface. */
export interface InterfaceDecl extends Named {
  readonly kind: "interface";
  /** Its modules, with dots. */
  readonly module: string;
  readonly functions: readonly FunctionDecl[];
}

/** A definition that is kept. */
export type Decl = StructDecl | EnumDecl | InterfaceDecl;

/** A file. */
export interface JceFile {
  /** Paths of the files it includes. */
  readonly includes: readonly { readonly path: string; readonly at: Place }[];
  /** Its definitions, in the order of the source. */
  readonly decls: readonly Decl[];
}

/** Words of the language, which nothing may be called. */
export const jceWords: ReadonlySet<string> = new Set(
  ("void struct bool byte short int double float long string vector map key routekey module interface out require " +
    "optional false true enum const unsigned").split(" "),
);
