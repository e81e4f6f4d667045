/**
 * The messages of google/protobuf/descriptor.proto, as far as `toProto` writes them.
 *
 * @module
 */
import type { Infer, StructType } from "./schema/type.ts";
import * as t from "./schema/words.ts";

const text = t.optional(t.string), flag = t.optional(t.bool), number = t.optional(t.int32);

/** A value of an enumeration. */
const EnumValue = t.struct("google.protobuf.EnumValueDescriptorProto", {
  name: t.field(1, text),
  number: t.field(2, number),
});

/** An enumeration. */
const Enum = t.struct("google.protobuf.EnumDescriptorProto", {
  name: t.field(1, text),
  value: t.field(2, t.list(EnumValue)),
  options: t.field(3, t.optional(t.struct("google.protobuf.EnumOptions", { allowAlias: t.field(2, flag) }))),
});
/** An enumeration. */
export type EnumProto = Infer<typeof Enum>;

/** A field of a message. */
const Field = t.struct("google.protobuf.FieldDescriptorProto", {
  name: t.field(1, text),
  number: t.field(3, number),
  label: t.field(4, number),
  type: t.field(5, number),
  typeName: t.field(6, text),
  options: t.field(8, t.optional(t.struct("google.protobuf.FieldOptions", { packed: t.field(2, flag) }))),
  oneofIndex: t.field(9, number),
  jsonName: t.field(10, text),
  proto3Optional: t.field(17, flag),
});
/** A field of a message. */
export type FieldProto = Infer<typeof Field>;

/** A message. */
export interface MessageProto {
  /** Its name in the message or file around it. */
  readonly name: string;
  /** Its fields. */
  readonly field: FieldProto[];
  /** Messages in it. */
  readonly nestedType: MessageProto[];
  /** Enumerations in it. */
  readonly enumType: EnumProto[];
  /** Whether it is the entry of a map. */
  readonly options?: { readonly mapEntry?: boolean | undefined } | undefined;
  /** Its oneofs, those of single optional fields last. */
  readonly oneofDecl: { readonly name: string }[];
}

const Message: StructType<MessageProto> = t.struct("google.protobuf.DescriptorProto", {
  name: t.field(1, t.string),
  field: t.field(2, t.list(Field)),
  nestedType: t.field(3, t.list(t.lazy(() => Message))),
  enumType: t.field(4, t.list(Enum)),
  options: t.field(7, t.optional(t.struct("google.protobuf.MessageOptions", { mapEntry: t.field(7, flag) }))),
  oneofDecl: t.field(8, t.list(t.struct("google.protobuf.OneofDescriptorProto", { name: t.field(1, t.string) }))),
});

const Method = t.struct("google.protobuf.MethodDescriptorProto", {
  name: t.field(1, text),
  inputType: t.field(2, text),
  outputType: t.field(3, text),
  options: t.field(4, t.optional(t.struct("google.protobuf.MethodOptions", { idempotencyLevel: t.field(34, number) }))),
  clientStreaming: t.field(5, flag),
  serverStreaming: t.field(6, flag),
});

const Service = t.struct("google.protobuf.ServiceDescriptorProto", {
  name: t.field(1, text),
  method: t.field(2, t.list(Method)),
});
/** A service. */
export type ServiceProto = Infer<typeof Service>;

/** A .proto file. */
export const File = t.struct("google.protobuf.FileDescriptorProto", {
  name: t.field(1, t.string),
  package: t.field(2, t.string),
  dependency: t.field(3, t.list(t.string)),
  messageType: t.field(4, t.list(Message)),
  enumType: t.field(5, t.list(Enum)),
  service: t.field(6, t.list(Service)),
  syntax: t.field(12, t.string),
});
/** A .proto file. */
export type FileProto = Infer<typeof File>;

/** Several .proto files, each behind those that it needs. */
export const FileSet = t.struct("google.protobuf.FileDescriptorSet", { file: t.field(1, t.list(File)) });
