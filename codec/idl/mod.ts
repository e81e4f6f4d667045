/**
 * Interface definitions: read from the files of other frameworks, and written to them and to TypeScript.
 *
 * The command `gen` (`deno run -A jsr:@erpc/erpc/gen`) does it for files.
 *
 * @example
 * ```ts
 * import { readers, writeTypescript } from "@erpc/erpc/idl";
 * const read = await readers.proto();
 * const idl = read('syntax = "proto3"; message Hello { string name = 1; }', { find: () => undefined });
 * const module = writeTypescript(idl, { from: "hello.proto" });
 * console.assert(module.includes('export const Hello = t.struct("Hello", {'));
 * ```
 *
 * @module
 */
import type { Idl } from "./idl.ts";

/** What a reader may ask for. */
export interface ReadOptions {
  /** Gives the text of another file that is imported or included; undefined when there is none. */
  find(path: string): string | undefined;
}

/** Reads the text of a file; throws IdlError for one that is wrong. */
export type ReadIdl = (text: string, options: ReadOptions) => Idl;

/** How to load the reader of each kind of file, by how its name ends: a new one is a new line here. */
export const readers = {
  avsc: (): Promise<ReadIdl> => import("./avsc.ts").then((m) => m.readAvsc),
  jce: (): Promise<ReadIdl> => import("./jce.ts").then((m) => (text, { find }) => m.readJce(text, { include: find })),
  proto: (): Promise<ReadIdl> =>
    import("./proto.ts").then((m) => (text, { find }) => m.readProto(text, { import: find })),
  tars: (): Promise<ReadIdl> => import("./jce.ts").then((m) => (text, { find }) => m.readJce(text, { include: find })),
  thrift: (): Promise<ReadIdl> =>
    import("./thrift.ts").then((m) => (text, { find }) => m.readThrift(text, { include: find })),
  wsdl: (): Promise<ReadIdl> => import("./wsdl.ts").then((m) => m.readWsdl),
} satisfies Record<string, () => Promise<ReadIdl>>;

/** How the name of a file ends that can be read. */
export type ReaderName = keyof typeof readers;

/** What a writer may want to know. */
export interface WriteOptions {
  /** URL at which a service is, which WSDL tells. */
  readonly address: string;
}

/** Writes a definition as text; throws TypeError for what the language can't express. */
export type WriteIdl = (idl: Idl, options: WriteOptions) => string;

/** How to load the writer of each language: a new one is a new line here. */
export const writers = {
  avsc: (): Promise<WriteIdl> => import("./avsc.ts").then((m) => m.writeAvsc),
  jce: (): Promise<WriteIdl> => import("./jce.ts").then((m) => (idl) => m.writeJce(idl)),
  "json-schema": (): Promise<WriteIdl> => import("./json_schema.ts").then((m) => m.writeJsonSchema),
  proto: (): Promise<WriteIdl> => import("./proto/write.ts").then((m) => m.writeProto),
  thrift: (): Promise<WriteIdl> => import("./thrift.ts").then((m) => m.writeThrift),
  wsdl: (): Promise<WriteIdl> => import("./wsdl.ts").then((m) => m.writeWsdl),
} satisfies Record<string, () => Promise<WriteIdl>>;

/** Name of a language that can be written. */
export type WriterName = keyof typeof writers;

export * from "./exported.ts";
export * from "./idl.ts";
export * from "./json_schema.ts";
export * from "./typescript.ts";
