/**
 * Headers beside a message: SOAP 1.1 section 4.2, SOAP 1.2 part 1 section 5.2.
 *
 * @module
 */
import { Writer } from "../../protocol/mod.ts";
import { misfit, within } from "../misfit.ts";
import type { Type } from "../schema/type.ts";
import { readRoot } from "../xml/decode.ts";
import { writeRoot } from "../xml/encode.ts";
import { type XmlRoot, xmlRootOf } from "../xml/plan.ts";
import type { XmlReader } from "../xml/reader.ts";
import { writeAttribute } from "../xml/writer.ts";
import { NotFollowed, prefix } from "./envelope.ts";
import { envelopeNamespaces, ownRoles, type SoapVersion } from "./version.ts";
import { namespaceOf } from "./namespace.ts";

/** A header that this side understands: what it sends, and what it does with one that comes. */
export interface SoapHeader<T = unknown> {
  /** Its type, whose name makes the header's element as it does a message's. */
  readonly type: Type<T>;
  /** Whether a receiver that doesn't understand it must refuse the message. Default false. */
  readonly mustUnderstand?: boolean;
  /** The value to send with a message; undefined to send none. */
  write?(): T | undefined;
  /** Takes the value that came with a message, before the message itself is read. */
  read?(value: T): void;
}

/** A header with its element, as it is written and read. */
interface Known {
  readonly header: SoapHeader;
  readonly root: XmlRoot;
}

/** The headers that one codec knows. */
export class Headers {
  readonly #known: readonly Known[];

  /** Compiles `headers`. */
  constructor(headers: readonly SoapHeader[]) {
    this.#known = headers.map((header) => ({ header, root: rootOf(header) }));
  }

  /** The function that writes those that have a value to send; undefined when none has. */
  writer(w: Writer): (() => void) | undefined {
    const said = this.#known.map((known) => ({ known, value: known.header.write?.() }))
      .filter(({ value }) => value !== undefined);
    return said.length === 0 ? undefined : () => {
      for (const { known, value } of said) write(w, known, value);
    };
  }

  /**
   * Reads one header behind its start tag; skips those that are not for us, or are unknown and needn't be understood. Throws
   * NotFollowed for one that must be.
   */
  read(x: XmlReader, version: SoapVersion): void {
    const { local, namespace } = x, isOurs = ownRoles.has(roleOf(x, version));
    const found = this.#known.find(({ root }) => root.name === local && root.plan.namespace === namespace);
    if (isOurs && !found && mustUnderstand(x, version)) {
      const header = `{${namespace.slice(0, 200)}}${local.slice(0, 200)}`;
      throw new NotFollowed(`got the header ${header}, which must be understood`, {
        faultcode: "MustUnderstand",
        header,
      });
    }
    if (!isOurs || !found) return x.skip();
    try {
      const value = readRoot(x, found.root);
      found.header.read?.(value);
    } catch (error) {
      throw within(` with header ${local}`, error);
    }
  }
}

function rootOf({ type, mustUnderstand }: SoapHeader): XmlRoot {
  const root = xmlRootOf(type, { namespace: namespaceOf(type) });
  if (!mustUnderstand) return root;
  const open = new Writer();
  open.raw(root.open.subarray(0, -1));
  writeAttribute(open, `${prefix}:mustUnderstand`, "1");
  open.text(">");
  return { ...root, open: open.slice() };
}

function write(w: Writer, { root }: Known, value: unknown): void {
  try {
    writeRoot(w, root, value);
  } catch (error) {
    throw within(` with header ${root.name}`, error);
  }
}

function roleOf(x: XmlReader, version: SoapVersion): string {
  return x.attribute(version === "1.1" ? "actor" : "role", envelopeNamespaces[version])?.trim() ?? "";
}

function mustUnderstand(x: XmlReader, version: SoapVersion): boolean {
  const said = x.attribute("mustUnderstand", envelopeNamespaces[version])?.trim() ?? "0";
  if (!/^(?:0|1|true|false)$/.test(said)) misfit(`got mustUnderstand="${said.slice(0, 20)}", want 0 or 1`);
  return said === "1" || said === "true";
}
