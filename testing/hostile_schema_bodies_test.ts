/**
 * Bodies in codecs driven by a schema, as bad as they can be. Depth, counts and lengths are bounded in what the schema knows
 * and in what it makes a reader skip. Holds no test itself.
 */
import { type CodecName, loadCodec, t } from "../codec/mod.ts";
import { Writer } from "../protocol/mod.ts";
import { rawBytes } from "./raw_peer.ts";

const DEPTH = 1_000_000, MIB = 1 << 20, ALL = [255, 255, 255, 255];
const Inner = t.struct("demo.Inner", { n: t.field(1, t.int32) });
/** What the bodies are read as. */
export const Bag = t.struct("demo.Bag", {
  names: t.field(1, t.list(t.string)),
  ages: t.field(2, t.map(t.string, t.int32)),
  text: t.field(3, t.string),
  data: t.field(4, t.bytes),
  inner: t.field(5, t.optional(Inner)),
  numbers: t.field(6, t.list(t.int32)),
});
const text = new TextEncoder();

/** `start`, then `piece` as often as it says. */
const repeated = (start: readonly number[], piece: readonly number[], times: number) => {
  const bytes = new Uint8Array(start.length + piece.length * times);
  bytes.set(start);
  for (let at = start.length; at < bytes.length; at += piece.length) bytes.set(piece, at);
  return bytes;
};
const of = (...bytes: number[]) => Uint8Array.from(bytes);

/** A value of it. */
export const right = { names: ["a"], ages: new Map([["b", 2]]), text: "c", data: of(1), numbers: [1, 2] };
/** A body that is right but for the fields that come behind it. */
async function encoded(codec: CodecName): Promise<Uint8Array> {
  const writer = new Writer();
  (await loadCodec(codec)).compile(Bag).encode(right, writer);
  return writer.slice();
}
const rightJce = await encoded("jce");

/** A head of JCE is tag and type; 2 is an int32, 9 a list, 8 a map, 7 a long text, 10 a struct, 13 bytes. 9 is no tag of Bag. */
const jce: Record<string, Uint8Array> = {
  "nothing": of(),
  "a list of 2^31-1": of(0x19, 0x02, 0x7f, 255, 255, 255, 0x06, 0),
  "a list of -1": of(0x19, 0x02, ...ALL),
  "a map of 2^31-1": of(0x28, 0x02, 0x7f, 255, 255, 255, 0x06, 0),
  "a map of -1": of(0x28, 0x02, ...ALL),
  "a text of 2^32-1": of(0x37, ...ALL, 97),
  "bytes of 2^31-1": of(0x4d, 0x00, 0x02, 0x7f, 255, 255, 255),
  "bytes of -1": of(0x4d, 0x00, 0x02, ...ALL),
  "a skipped list of 2^31-1": repeated([0x99, 0x02, 0x7f, 255, 255, 255], [0x0c], 4 * MIB - 9),
  "a skipped map of 2^31-1": repeated([0x98, 0x02, 0x7f, 255, 255, 255], [0x0c], 4 * MIB - 9),
  "a skipped text of 2^32-1": of(0x97, ...ALL),
  "skipped bytes of -1": of(0x9d, 0x00, 0x02, ...ALL),
  "skipped structs 10^6 deep": repeated([0x9a], [0x0a], DEPTH),
  "skipped lists 10^6 deep": repeated([0x99, 0x00, 0x01], [0x09, 0x00, 0x01], DEPTH),
  "skipped maps 10^6 deep": repeated([0x98, 0x00, 0x01], [0x08, 0x00, 0x01], DEPTH),
  "whole skipped structs 10^6 deep": rawBytes(
    rightJce,
    repeated([0x9a], [0x0a], DEPTH),
    repeated([0x0b], [0x0b], DEPTH),
  ),
  "whole skipped lists 10^6 deep": rawBytes(
    rightJce,
    repeated([0x99, 0x00, 0x01], [0x09, 0x00, 0x01], DEPTH),
    of(0x0c),
  ),
  "structs that end 10^6 times": repeated([], [0x0b], DEPTH),
  "an unknown type": of(0x1e, 0, 0x1f, 0),
  "half a head": of(0xf0),
};

/** A tag of Protocol Buffers is number and wire type; 2 is a length, 3 and 4 are groups. 9 is no field of Bag. */
const pb: Record<string, Uint8Array> = {
  "a text of 2^32-1": of(0x0a, ...ALL, 15, 97),
  "a text of 2^31": of(0x0a, 0x80, 0x80, 0x80, 0x80, 8, 97),
  "a text of 2^64-1": of(0x0a, ...ALL, ...ALL, 255, 1, 97),
  "a length that never ends": repeated([0x0a], [0x80], 1000),
  "a map entry of 2^32-1": of(0x12, ...ALL, 15),
  "a message of 2^32-1": of(0x2a, ...ALL, 15),
  "packed numbers of 2^32-1": of(0x32, ...ALL, 15),
  "a packed number cut short": of(0x32, 1, 0x80),
  "skipped bytes of 2^32-1": of(0x4a, ...ALL, 15),
  "skipped groups 10^6 deep": repeated([], [0x4b], DEPTH),
  "whole skipped groups 10^6 deep": rawBytes(repeated([], [0x4b], DEPTH), repeated([], [0x4c], DEPTH)),
  "groups that only end": repeated([], [0x4c], DEPTH),
  "field 0": of(0x02, 0),
  "wire type 6": of(0x0e),
  "wire type 7": of(0x0f),
  "a text that is no UTF-8": of(0x1a, 2, 0xc0, 0x80),
};

const json: Record<string, Uint8Array> = {
  "arrays 10^6 deep": text.encode('{"names":' + "[".repeat(DEPTH)),
  "skipped arrays 10^6 deep": text.encode(
    '{"names":[],"ages":{},"text":"","data":"","numbers":[],"other":' + "[".repeat(DEPTH) + "]".repeat(DEPTH) + "}",
  ),
  "skipped objects 10^6 deep": text.encode('{"a":'.repeat(DEPTH >> 1)),
  "a number where a list belongs": text.encode('{"names":7}'),
  "a list that stands twice": text.encode('{"names":[],"ages":{},"text":"","data":"","numbers":[],"names":[]}'),
  "an object whose prototype has the fields": text.encode('{"__proto__":{"names":[]},"ages":{},"text":"","data":""}'),
};

const jsonAny: Record<string, Uint8Array> = {
  "arrays 10^6 deep": text.encode('{"names":' + "[".repeat(DEPTH)),
  "Maps 10^5 deep": text.encode('{"ages":' + '{"$map":[["a",'.repeat(DEPTH / 10)),
  "a list that stands twice": text.encode('{"names":[],"names":[]}'),
  "a tag that says nothing": text.encode('{"names":{"$regex":"a*"}}'),
  "a bigint of 4*10^6 digits": text.encode(`{"numbers":[{"$bigint":"${"9".repeat(4_000_000)}"}]}`),
  "a key __proto__": text.encode('{"__proto__":{"names":[]}}'),
};

const msgpack: Record<string, Uint8Array> = {
  "a map of 2^32-1": of(0xdf, ...ALL, 0xa1, 97),
  "a list of 2^32-1": of(0x81, 0xa5, ...text.encode("names"), 0xdd, ...ALL, 0xa0),
  "a text of 2^32-1": of(0x81, 0xa4, ...text.encode("text"), 0xdb, ...ALL, 97),
  "bytes of 2^32-1": of(0x81, 0xa4, ...text.encode("data"), 0xc6, ...ALL, 97),
  "skipped arrays 10^6 deep": repeated([0x81, 0xa1, 97], [0x91], DEPTH),
  "skipped maps 10^6 deep": repeated([0x81, 0xa1, 97], [0x81, 0xa0], DEPTH),
  "a skipped extension of 2^32-1": of(0x81, 0xa1, 97, 0xc9, ...ALL, 122),
  "a list that stands twice": of(0x82, 0xa5, ...text.encode("names"), 0x90, 0xa5, ...text.encode("names"), 0x90),
};

/** A field of Thrift is type and id; 8 is an i32, 11 a text, 12 a struct, 13 a map, 15 a list. 9 is no id of Bag. */
const thrift: Record<string, Uint8Array> = {
  "nothing": of(),
  "a list of 2^31-1": of(15, 0, 1, 11, 0x7f, 255, 255, 255, 0),
  "a list of -1": of(15, 0, 1, 11, ...ALL),
  "a map of 2^31-1": of(13, 0, 2, 11, 8, 0x7f, 255, 255, 255),
  "a text of 2^31-1": of(11, 0, 3, 0x7f, 255, 255, 255, 97),
  "bytes of -1": of(11, 0, 4, ...ALL),
  "a skipped list of 2^31-1": repeated([15, 0, 9, 3, 0x7f, 255, 255, 255], [1], 4 * MIB - 9),
  "a skipped text of -1": of(11, 0, 9, ...ALL),
  "skipped structs 10^6 deep": repeated([], [12, 0, 9], DEPTH),
  "whole skipped structs 10^6 deep": rawBytes(repeated([], [12, 0, 9], DEPTH), repeated([], [0], DEPTH)),
  "skipped lists of lists, 10^5 deep": repeated([15, 0, 9], [15, 0, 0, 0, 1], DEPTH / 10),
  "skipped maps of maps, 10^5 deep": repeated([13, 0, 9], [3, 13, 0, 0, 0, 1, 7], DEPTH / 10),
  "structs that end 10^6 times": repeated([], [0], DEPTH),
  "a list that stands twice": of(15, 0, 1, 11, 0, 0, 0, 0, 15, 0, 1, 11, 0, 0, 0, 0),
  "an unknown type": of(17, 0, 1),
  "a text that is no UTF-8": of(11, 0, 3, 0, 0, 0, 2, 0xc0, 0x80),
};

/** A field of compact Thrift is the step to its id and a type; 8 is a text, 9 a list, 11 a map, 12 a struct. */
const thriftCompact: Record<string, Uint8Array> = {
  "nothing": of(),
  "a list of 2^32-1": of(0x19, 0xf8, ...ALL, 15),
  "a map of 2^32-1": of(0x2b, ...ALL, 15, 0x85),
  "a text of 2^32-1": of(0x38, ...ALL, 15, 97),
  "a length that never ends": repeated([0x38], [0x80], 1000),
  "a number that never ends": repeated([0x69, 0x15], [0x80], 1000),
  "a skipped list of 2^32-1": repeated([0x99, 0xf3, ...ALL, 15], [1], 4 * MIB - 9),
  "skipped structs 10^6 deep": repeated([], [0x9c], DEPTH),
  "whole skipped structs 10^6 deep": rawBytes(repeated([], [0x9c], DEPTH), repeated([], [0], DEPTH)),
  "skipped lists of lists, 10^6 deep": repeated([0x99], [0x19], DEPTH),
  "skipped maps of maps, 10^6 deep": repeated([0x9b], [1, 0x3b, 7], DEPTH),
  "steps beyond the last id": repeated([], [0xf1], DEPTH),
  "an unknown type": of(0x1f),
  "a text that is no UTF-8": of(0x38, 2, 0xc0, 0x80),
};

/** A list or map of Avro is blocks of a count and elements up to a count of 0; a count of -1 has the block's size behind it. */
const most = [0xfe, 255, 255, 255, 15];
const avro: Record<string, Uint8Array> = {
  "nothing": of(),
  "a list of 2^31-1": of(...most, 2, 97),
  "a list of -(2^63)": of(...ALL, ...ALL, 255, 1),
  "a list whose block is 2^31-1 long": of(1, ...most, 2, 97, 0),
  "a list whose block is longer than it says": of(1, 2, 2, 97, 0, 0, 0, 0, 0, 0),
  "a map of 2^31-1": of(0, ...most),
  "a map that never ends": repeated([0], [2, 0, 0], 1000),
  "a text of 2^31-1": of(0, 0, ...most, 97),
  "a text of -1": of(0, 0, 1, 97),
  "bytes of 2^31-1": of(0, 0, 0, ...most),
  "bytes of -1": of(0, 0, 0, 1),
  "a branch that is none": of(0, 0, 0, 0, 4),
  "a branch of -1": of(0, 0, 0, 0, 1),
  "a number that never ends": repeated([0, 0, 0, 0, 0, 2], [0x80], 1000),
  "a number of 35 bits": of(0, 0, 0, 0, 0, 2, ...ALL, 0x7f, 0),
  "a text that is no UTF-8": of(0, 0, 4, 0xc0, 0x80, 0, 0, 0),
  "bytes behind the value": of(0, 0, 0, 0, 0, 0, 0),
};

const rightXml = new TextDecoder().decode(await encoded("xml"));
/** A right message with `piece` in place of the first of its parts. */
const inXml = (piece: string) => text.encode(rightXml.replace("<names>a</names>", piece));
const xml: Record<string, Uint8Array> = {
  "nothing": of(),
  "nothing but white space": repeated([], [0x20], 4 * MIB - 100),
  "a message of another name": text.encode(rightXml.replaceAll("Bag>", "Bad>")),
  "two messages": text.encode(rightXml + rightXml),
  "a document type": text.encode(`<!DOCTYPE Bag [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;">]>${rightXml}`),
  "a document type of a file": text.encode(`<!DOCTYPE Bag SYSTEM "file:///etc/passwd">${rightXml}`),
  "an entity": inXml("<names>&lol;</names>"),
  "a reference to U+0000": inXml("<names>&#0;</names>"),
  "a reference beyond U+10FFFF": inXml("<names>&#x110000;</names>"),
  "references to surrogates": inXml("<names>&#xD83D;&#xDE00;</names>"),
  "a text that never ends": inXml("<names>"),
  "a section in a section": inXml("<names><![CDATA[<![CDATA[]]>]]></names>"),
  "a section that never ends": inXml("<names><![CDATA["),
  "a comment that never ends": inXml("<!-- - - -"),
  "elements 5*10^5 deep": text.encode("<Bag>" + "<names>".repeat(DEPTH / 2)),
  "skipped elements 10^6 deep": inXml("<x>".repeat(DEPTH)),
  "whole skipped elements 10^5 deep": inXml("<x>".repeat(DEPTH / 10) + "</x>".repeat(DEPTH / 10)),
  "5*10^5 attributes": inXml("<x" + " a='1'".repeat(DEPTH / 2) + "/>"),
  "10^5 namespaces": inXml("<x" + " xmlns:a='1'".repeat(DEPTH / 10) + "/>"),
  "a name of 4 MB": inXml("<" + "x".repeat(4_000_000) + "/>"),
  "a text that is no UTF-8": rawBytes(text.encode("<Bag><names>"), of(0xc0, 0x80), text.encode("</names></Bag>")),
  "an overlong <": rawBytes(text.encode("<Bag><names>"), of(0xc0, 0xbc), text.encode("</names></Bag>")),
  "a field that stands twice": inXml("<text>c</text><names>a</names>"),
  "a number of 4 MB": inXml(`<numbers>${"1".repeat(4_000_000)}</numbers>`),
};

const soap11 = "http://schemas.xmlsoap.org/soap/envelope/";
const rightSoap = new TextDecoder().decode(await encoded("soap"));
/** The envelope around a right message, with `head` before the Body, and `body` in place of what is in it. */
const envelope = (body: string, head = "") =>
  text.encode(`<e:Envelope xmlns:e="${soap11}">${head}<e:Body>${body}</e:Body></e:Envelope>`);
const rightBag = rightSoap.slice(rightSoap.indexOf("<Bag"), rightSoap.indexOf("</soap:Body>"));

const soap: Record<string, Uint8Array> = {
  "nothing": of(),
  "no envelope": text.encode(rightBag),
  "no Body": text.encode(`<e:Envelope xmlns:e="${soap11}"/>`),
  "an empty Body": envelope(""),
  "two Bodies": text.encode(rightSoap.replace("</soap:Body>", "</soap:Body><soap:Body/>")),
  "two messages": envelope(rightBag + rightBag),
  "a Header behind the Body": text.encode(rightSoap.replace("</soap:Body>", "</soap:Body><soap:Header/>")),
  "a document type": text.encode(`<!DOCTYPE x [<!ENTITY l "lol">]>${rightSoap}`),
  "a processing instruction": envelope(`<?x y?>${rightBag}`),
  "an entity": envelope(rightBag.replace(">c<", ">&lol;<")),
  "skipped headers 10^6 deep": envelope(rightBag, "<e:Header>" + "<a>".repeat(DEPTH)),
  "elements 10^6 deep": envelope("<a>".repeat(DEPTH)),
  "a Fault without a code": envelope("<e:Fault/>"),
  "a Fault with subcodes 10^5 deep": envelope("<e:Fault><Code>" + "<Subcode>".repeat(DEPTH / 4)),
  "a message of another namespace": envelope(rightBag.replace("urn:demo", "urn:other")),
  "an element __proto__": envelope('<__proto__ xmlns="urn:demo"/>'),
};

/** By the name of the codec. */
export const hostileBodies = {
  jce,
  pb,
  avro,
  json,
  msgpack,
  thrift,
  xml,
  soap,
  thrift_compact: thriftCompact,
  json_any: jsonAny,
} satisfies Partial<Record<CodecName, Record<string, Uint8Array>>>;
