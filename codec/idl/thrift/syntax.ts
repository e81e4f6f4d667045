/**
 * What a .thrift document says, before its names are looked up.
 *
 * Grammar: thrift.apache.org/docs/idl.
 *
 * @module
 */

/** Where something stands. */
export interface Place {
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/** A type: a name, or `list`, `set` or `map` with the types of its parts. */
export interface TypeNode {
  /** Its name, with a dot in it when it is another document's. */
  readonly name: string;
  /** Types of its parts. */
  readonly parts: readonly TypeNode[];
  /** Where it stands. */
  readonly at: Place;
}

/** A constant value. */
export type Constant =
  & { readonly at: Place }
  & (
    | { readonly kind: "integer"; readonly value: bigint }
    | { readonly kind: "float"; readonly value: number }
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "list"; readonly items: readonly Constant[] }
    | { readonly kind: "map"; readonly entries: readonly (readonly [key: Constant, value: Constant])[] }
  );

/** A field, an argument or an exception of a method. */
export interface FieldNode {
  /** Its id, from 1. */
  readonly id: number;
  /** Its name. */
  readonly name: string;
  /** Whether it says `optional`. */
  readonly optional: boolean;
  /** Its type. */
  readonly type: TypeNode;
  /** Its default. */
  readonly value?: Constant;
  /** What it is for. */
  readonly doc?: string;
  /** Where it stands. */
  readonly at: Place;
}

/** What every definition has. */
interface Named {
  /** Its name. */
  readonly name: string;
  /** What it is for. */
  readonly doc?: string;
  /** Where its name stands. */
  readonly at: Place;
}

/** Another name for a type. */
export interface TypedefNode extends Named {
  /** Which definition it is. */
  readonly kind: "typedef";
  /** The type. */
  readonly type: TypeNode;
}

/** A named constant. */
export interface ConstNode extends Named {
  /** Which definition it is. */
  readonly kind: "const";
  /** Its type. */
  readonly type: TypeNode;
  /** Its value. */
  readonly value: Constant;
}

/** An enumeration. */
export interface EnumNode extends Named {
  /** Which definition it is. */
  readonly kind: "enum";
  /** Its names with their numbers. */
  readonly values: readonly { readonly name: string; readonly number: number; readonly at: Place }[];
}

/** A struct, union or exception. */
export interface StructNode extends Named {
  /** Which definition it is. */
  readonly kind: "struct" | "union" | "exception";
  /** Its fields. */
  readonly fields: readonly FieldNode[];
}

/** A method of a service. */
export interface MethodNode extends Named {
  /** What it returns; undefined for void. */
  readonly returns?: TypeNode;
  /** Its arguments. */
  readonly args: readonly FieldNode[];
  /** Its exceptions. */
  readonly throws: readonly FieldNode[];
}

/** A service. */
export interface ServiceNode extends Named {
  /** Which definition it is. */
  readonly kind: "service";
  /** Name of the service whose methods it has as well. */
  readonly base?: string;
  /** Its methods. */
  readonly methods: readonly MethodNode[];
}

/** A definition. */
export type Definition = TypedefNode | ConstNode | EnumNode | StructNode | ServiceNode;

/** A document. */
export interface ThriftDocument {
  /** Paths of the documents it includes. */
  readonly includes: readonly { readonly path: string; readonly at: Place }[];
  /** Namespaces by the language they are for; `"*"` is every one. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** Its definitions, in order. */
  readonly definitions: readonly Definition[];
}
