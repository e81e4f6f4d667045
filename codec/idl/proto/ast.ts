/**
 * What a .proto file says, before its names are resolved.
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

/** Something with a name of its own. */
export interface Named {
  /** Full name; a field's and a method's is only its own. */
  readonly name: string;
  /** Where the name stands. */
  readonly at: Place;
  /** Its comment. */
  readonly doc?: string;
}

/** A name of a type that is to be resolved. */
export interface TypeName {
  /** As it stands in the source; begins with a dot when it is a full one. */
  readonly text: string;
  /** Where it stands. */
  readonly at: Place;
}

/** Value of an option; an aggregate in braces is undefined. */
export type OptionValue = string | number | bigint | boolean | undefined;

/** Options by name, such as `"deprecated"`, `"features.field_presence"`, `"(my.option).part"`. */
export type Options = ReadonlyMap<string, { readonly value: OptionValue; readonly at: Place }>;

/** Words in front of a field. */
export type FieldLabel = "implicit" | "optional" | "required" | "repeated";

/** A field of a message. */
export interface FieldDecl extends Named {
  /** Its number. */
  readonly number: number;
  /** What stands before its type. */
  readonly label: FieldLabel;
  /** Its type; of a map, the type of the values. */
  readonly type: TypeName;
  /** Type of a map's keys. */
  readonly mapKey?: TypeName;
  /** Name of the oneof that it is in. */
  readonly oneof?: string;
  /** Its options. */
  readonly options: Options;
}

/** A message. */
export interface MessageDecl extends Named {
  /** Its fields, those of oneofs among them. */
  readonly fields: readonly FieldDecl[];
}

/** A value of an enumeration. */
export interface EnumValueDecl extends Named {
  /** Its number. */
  readonly number: number;
}

/** An enumeration. */
export interface EnumDecl extends Named {
  /** Its values. */
  readonly values: readonly EnumValueDecl[];
  /** Its options. */
  readonly options: Options;
}

/** A method. */
export interface MethodDecl extends Named {
  /** The request. */
  readonly request: TypeName;
  /** Whether many requests come. */
  readonly requestStream: boolean;
  /** The reply. */
  readonly response: TypeName;
  /** Whether many replies come. */
  readonly responseStream: boolean;
  /** Its options. */
  readonly options: Options;
}

/** A service. */
export interface ServiceDecl extends Named {
  /** Its methods. */
  readonly methods: readonly MethodDecl[];
}

/** A .proto file. */
export interface ProtoFile {
  /** The language it is written in. */
  readonly syntax: "proto2" | "proto3" | "editions";
  /** Its package; empty without one. */
  readonly package: string;
  /** Paths of the files it imports. */
  readonly imports: readonly TypeName[];
  /** Its messages and enumerations, nested ones too, in the order of the source. */
  readonly types: readonly (MessageDecl | EnumDecl)[];
  /** Its services. */
  readonly services: readonly ServiceDecl[];
  /** Its options. */
  readonly options: Options;
}
