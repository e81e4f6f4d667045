/**
 * XML 1.0 along a schema, in the types of XML Schema: plain elements, no attributes, in UTF-8 and without a declaration.
 *
 * `{ name: "a", tags: ["x", "y"] }` of a struct `demo.User` is `<User><name>a</name><tags>x</tags><tags>y</tags></User>`:
 *
 * - the root element is the last part of a struct's name, or the kind of any other type; a field is an element of its key,
 *   and one that is undefined is left out. Keys that are no names of XML are escaped (see xml/name.ts);
 * - a required list without a default is one element for each of its own. Every other list, as one that may be missing, or
 *   is in a list, or is the whole message, is one element that holds an `<item>` for each. So a list that becomes optional,
 *   or gets a default, changes its form;
 * - a map is `<entry><key>k</key><value>v</value></entry>` for each entry, which is a struct of `key` and `value`;
 * - scalars are xsd:boolean, xsd:long and its like, xsd:float, xsd:double (`INF`, `-INF`, `NaN`), xsd:string,
 *   xsd:base64Binary; an enumeration is its name; a timestamp is xsd:dateTime such as `2026-11-23T07:48:21.123Z`; dates,
 *   decimals and UUIDs are their text. Other logical types travel as their base;
 * - text with characters that XML does not have is marked and in base64 (see xml/schema_instance.ts).
 *
 * Reading is free in the order of fields, skips elements that the schema doesn't know, understands `xsi:nil` for what may be
 * undefined, and every form that XML Schema allows for a scalar. All else is strict; see xml/reader.ts for what XML itself
 * may hold.
 *
 * @module
 */
import type { Reader, Writer } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { rootName } from "./fit.ts";
import { refusal } from "./misfit.ts";
import type { Type } from "./schema/type.ts";
import { readRoot } from "./xml/decode.ts";
import { writeRoot } from "./xml/encode.ts";
import { type XmlNames, type XmlRoot, xmlRootOf } from "./xml/plan.ts";
import { XmlReader } from "./xml/reader.ts";

class XmlCoder<T> implements Coder<T> {
  readonly #root: XmlRoot;
  readonly #name: string;
  /** A reader that no call uses at the moment. */
  #idle: XmlReader | undefined;

  constructor(type: Type<T>, names: XmlNames) {
    this.#root = xmlRootOf(type, names);
    this.#name = rootName(type);
  }

  encode(value: T, into: Writer): void {
    const { pos, depth } = into;
    try {
      writeRoot(into, this.#root, value);
    } catch (error) {
      into.pos = pos;
      into.depth = depth;
      throw refusal(error, "encode", this.#name);
    }
  }

  decode(from: Reader): T {
    const xml = this.#idle?.reset(from) ?? new XmlReader(from);
    this.#idle = undefined;
    try {
      xml.next();
      const value = readRoot(xml, this.#root) as T;
      xml.next();
      return value;
    } catch (error) {
      throw refusal(error, "decode", this.#name);
    } finally {
      this.#idle = xml;
    }
  }
}

/** The codec `"xml"`, whose elements have the namespace and the root the name that `names` say. */
export function xmlWith(names: XmlNames): Codec {
  return {
    name: "xml",
    id: 8,
    compile<T>(type?: Type<T>): Coder<T> {
      if (!type) throw new TypeError("Cannot compile for xml: it needs a schema");
      return new XmlCoder(type, names);
    },
  };
}

/** The codec `"xml"`: needs a schema. Its elements have no namespace. */
export const xml: Codec = xmlWith({});
