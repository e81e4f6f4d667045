/**
 * Messages of a type: the element in a body.
 *
 * @module
 */
import { Writer } from "../../protocol/mod.ts";
import { misfit } from "../misfit.ts";
import type { Type } from "../schema/type.ts";
import { readContent } from "../xml/decode.ts";
import { writeRoot } from "../xml/encode.ts";
import { type XmlRoot, xmlRootOf } from "../xml/plan.ts";
import type { XmlReader } from "../xml/reader.ts";
import { writeAttribute } from "../xml/writer.ts";
import { namespaceOf } from "./namespace.ts";

/** How the elements of messages are named. */
export interface MessageNames {
  /** Namespace of the messages' elements. Default `urn:` and the package of the struct. */
  readonly namespace?: string;
  /**
   * Whether the elements within a message are in its namespace, as with `elementFormDefault="qualified"` in a schema, or in
   * none. Default `"qualified"`.
   */
  readonly elements?: "qualified" | "unqualified";
}

/** The element that messages of one type are. */
export class Message {
  readonly #namespace: string;
  readonly #root: XmlRoot;

  /** Compiles `type`. */
  constructor(type: Type, { namespace = namespaceOf(type), elements = "qualified" }: MessageNames) {
    const isQualified = elements === "qualified", root = xmlRootOf(type, isQualified ? { namespace } : {});
    this.#namespace = namespace;
    this.#root = isQualified ? root : { ...root, ...prefixed(root.name, namespace) };
  }

  /** Writes the message that `value` is. */
  write(w: Writer, value: unknown): void {
    writeRoot(w, this.#root, value);
  }

  /** Reads a message, behind its start tag. */
  read(x: XmlReader): unknown {
    const { local, namespace } = x, { name, plan } = this.#root;
    if (local !== name || namespace !== this.#namespace) {
      misfit(
        `got the element <${local.slice(0, 40)}> of ${shown(namespace)}, want <${name}> of ${shown(this.#namespace)}`,
      );
    }
    return readContent(x, plan);
  }
}

function shown(namespace: string): string {
  return namespace.slice(0, 60) || "no namespace";
}

/** The tags of an element that alone is in `namespace`. */
function prefixed(name: string, namespace: string): Pick<XmlRoot, "open" | "close"> {
  const open = new Writer(), close = new TextEncoder().encode(`</m:${name}>`);
  open.text(`<m:${name}`);
  writeAttribute(open, "xmlns:m", namespace);
  open.text(">");
  return { open: open.slice(), close };
}
