import { assert, assertEquals, assertThrows } from "@std/assert";
import { Reader, RpcError, Writer } from "../protocol/mod.ts";
import { difference } from "./same.ts";
import type { StructType, Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";
import { xml, xmlWith } from "./xml.ts";

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const XSD = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema"';

function encode(type: Type, value: unknown): string {
  const writer = new Writer();
  xml.compile(type).encode(value, writer);
  return new TextDecoder().decode(writer.slice());
}

function decode(type: Type, text: string | Uint8Array): unknown {
  return xml.compile(type).decode(new Reader(typeof text === "string" ? new TextEncoder().encode(text) : text));
}

const Point = t.struct("demo.Point", { x: t.field(1, t.int32), y: t.field(2, t.optional(t.int32)) });
const Colour = t.enumeration("demo.Colour", { red: 1, "light blue": 2, "\0": 3 });
const User = t.struct("demo.User", {
  name: t.field(1, t.string),
  age: t.field(2, t.optional(t.int32)),
  tags: t.field(3, t.list(t.string)),
  home: t.field(4, t.optional(Point)),
});
const alice = { name: "alice", age: 7, tags: ["a", "b"], home: { x: 1, y: 2 } };
const one = (type: Type) => t.struct("demo.One", { v: t.field(1, type) });

interface Tree {
  children: Tree[];
}
const Tree: StructType<Tree> = t.struct("demo.Tree", { children: t.field(1, t.list(t.lazy(() => Tree))) });

/** Values, and exactly what is written for them. */
const written: readonly (readonly [name: string, type: Type, value: unknown, text: string])[] = [
  [
    "a struct",
    User,
    alice,
    "<User><name>alice</name><age>7</age><tags>a</tags><tags>b</tags><home><x>1</x><y>2</y></home></User>",
  ],
  ["what is left out", User, { name: "", tags: [] }, "<User><name></name></User>"],
  ["markup in text", t.string, '<a href="\'">&]]></a>', '<string>&lt;a href="\'"&gt;&amp;]]&gt;&lt;/a&gt;</string>'],
  ["white space", t.string, " a\t\n\r\n ", "<string> a\t\n&#13;\n </string>"],
  [
    "text that XML has no characters for",
    t.string,
    "\0",
    `<string ${XSI} ${XSD} xsi:type="xsd:base64Binary">AA==</string>`,
  ],
  [
    "the two last characters",
    t.list(t.string),
    ["\uffff", "\ufffd"],
    `<list><item ${XSI} ${XSD} xsi:type="xsd:base64Binary">77+/</item><item>\ufffd</item></list>`,
  ],
  ["bytes", t.bytes, Uint8Array.of(0, 255, 254), "<bytes>AP/+</bytes>"],
  [
    "numbers",
    t.list(t.double),
    [0, -0, 1.5, 1e21, 5e-324, NaN, Infinity, -Infinity],
    "<list><item>0</item><item>-0</item><item>1.5</item><item>1e+21</item><item>5e-324</item><item>NaN</item><item>INF</item><item>-INF</item></list>",
  ],
  ["large integers", t.list(t.uint64), [2n ** 64n - 1n], "<list><item>18446744073709551615</item></list>"],
  ["booleans", t.list(t.bool), [true, false], "<list><item>true</item><item>false</item></list>"],
  ["enumerations", t.list(Colour), ["red", "light blue"], "<list><item>red</item><item>light blue</item></list>"],
  ["a timestamp", t.timestamp, new Date("2026-11-23T07:48:21.123Z"), "<timestamp>2026-11-23T07:48:21.123Z</timestamp>"],
  [
    "dates, decimals and UUIDs",
    t.struct("L", {
      day: t.field(1, t.date),
      price: t.field(2, t.decimal(6, 2)),
      id: t.field(3, t.uuid),
    }),
    { day: "2026-11-23", price: "-12.50", id: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6" },
    "<L><day>2026-11-23</day><price>-12.50</price><id>f81d4fae-7dec-11d0-a765-00a0c91e6bf6</id></L>",
  ],
  [
    "a map",
    one(t.map(t.string, t.int64)),
    { v: new Map([["k", 1n], ["<", -2n]]) },
    "<One><v><entry><key>k</key><value>1</value></entry><entry><key>&lt;</key><value>-2</value></entry></v></One>",
  ],
  [
    "a map of lists and of nothing",
    one(t.map(t.int8, t.optional(t.list(t.int8)))),
    { v: new Map([[1, undefined], [2, []], [3, [4]]]) },
    "<One><v><entry><key>1</key></entry><entry><key>2</key><value></value></entry><entry><key>3</key><value><item>4</item></value></entry></v></One>",
  ],
  [
    "a list of lists",
    one(t.list(t.list(t.int8))),
    { v: [[], [1, 2]] },
    "<One><v></v><v><item>1</item><item>2</item></v></One>",
  ],
  ["an optional list", one(t.optional(t.list(t.int8))), { v: [1] }, "<One><v><item>1</item></v></One>"],
  [
    "a list with a default",
    t.struct("D", { v: t.field(1, t.list(t.int8), { default: [1] }) }),
    { v: [] },
    "<D><v></v></D>",
  ],
  ["a set", one(t.set(t.int8)), { v: new Set([1, 2]) }, "<One><v>1</v><v>2</v></One>"],
  [
    "undefined elements",
    one(t.list(t.optional(t.int8))),
    { v: [undefined, 1] },
    `<One><v ${XSI} xsi:nil="true"></v><v>1</v></One>`,
  ],
  ["nothing at all", t.optional(Point), undefined, `<optional ${XSI} xsi:nil="true"></optional>`],
  ["a union", t.union("demo.U", { a: t.field(1, t.string), b: t.field(2, t.int8) }), { b: 1 }, "<U><b>1</b></U>"],
  ["a struct that contains itself", Tree, { children: [{ children: [] }] }, "<Tree><children></children></Tree>"],
  [
    "keys that are no names",
    t.struct("a b", {
      "x y": t.field(1, t.int8),
      "1": t.field(2, t.int8),
      "a_x0020_b": t.field(3, t.int8),
      "": t.field(4, t.int8),
      "é:😀": t.field(5, t.int8),
      constructor: t.field(6, t.int8),
    }),
    { "x y": 1, "1": 2, "a_x0020_b": 3, "": 4, "é:😀": 5, constructor: 6 },
    "<a_x0020_b><x_x0020_y>1</x_x0020_y><_x0031_>2</_x0031_><a_x005F_x0020_b>3</a_x005F_x0020_b><_x005F_>4</_x005F_><é_x003A_😀>5</é_x003A_😀><constructor>6</constructor></a_x0020_b>",
  ],
];

Deno.test("xml writes every type in its one form, and reads it", () => {
  for (const [name, type, value, text] of written) {
    assertEquals(encode(type, value), text, name);
    assertEquals(difference(decode(type, text), value), undefined, name);
  }
});

const at = (text: string) => new Date(text);

/** Documents that mean a value, though they aren't written like this. */
const read: readonly (readonly [name: string, type: Type, text: string, value: unknown])[] = [
  [
    "a declaration, comments and instructions",
    Point,
    "\ufeff<?xml version='1.0' encoding='utf-8'?><!-- a --><Point><?p?><!-- b --><x>1<!-- c --></x></Point><!-- d -->",
    { x: 1 },
  ],
  ["indented elements", User, "<User>\n  <name>a</name>\r\n\t<tags>x</tags>\n</User>\n", { name: "a", tags: ["x"] }],
  ["fields in any order", User, "<User><tags>x</tags><age>1</age><name>a</name><tags>y</tags></User>", {
    name: "a",
    age: 1,
    tags: ["x", "y"],
  }],
  [
    "unknown elements",
    User,
    "<User><a><name>x</name></a><name>a</name><b c='d'/><p:name xmlns:p='urn:p'>z</p:name></User>",
    { name: "a", tags: [] },
  ],
  ["CDATA and references", t.string, "<string>a<![CDATA[<&]]]]>&amp;&#x1F600;&#65;]<!-- -->b</string>", "a<&]]&😀A]b"],
  ["ends of lines", t.string, "<string>a\r\nb\rc&#13;</string>", "a\nb\nc\r"],
  ["an empty element", t.list(t.string), "<list><item/><item /></list>", ["", ""]],
  ["white space around values", one(t.double), "<One ><v a='b'>\n 1.50 </v\n></One >", { v: 1.5 }],
  [
    "integers with signs and zeros",
    t.list(t.int32),
    "<list><item>+1</item><item>-0</item><item>0000000000000000000007</item></list>",
    [1, 0, 7],
  ],
  ["large integers with zeros", t.list(t.int64), "<list><item>-0009223372036854775808</item><item>+00</item></list>", [
    -(2n ** 63n),
    0n,
  ]],
  [
    "forms of numbers",
    t.list(t.double),
    "<list><item>.5</item><item>5.</item><item>-1E-2</item><item>+INF</item></list>",
    [0.5, 5, -0.01, Infinity],
  ],
  ["forms of booleans", t.list(t.bool), "<list><item>1</item><item> 0 </item></list>", [true, false]],
  ["base64 in lines", t.bytes, "<bytes>\n AP/+\n AQ== \n</bytes>", Uint8Array.of(0, 255, 254, 1)],
  [
    "times of other zones",
    t.list(t.timestamp),
    "<list><item>2026-11-23T09:48:21.1234567+02:00</item><item>2026-11-23T07:48:21</item><item>2026-11-23T24:00:00Z</item></list>",
    [at("2026-11-23T07:48:21.123Z"), at("2026-11-23T07:48:21Z"), at("2026-11-24T00:00:00Z")],
  ],
  [
    "forms of decimals",
    t.list(t.decimal(6, 2)),
    "<list><item>+012.5</item><item>-.50</item><item>3</item><item>1.2000</item><item>-0</item></list>",
    ["12.50", "-0.50", "3.00", "1.20", "0.00"],
  ],
  [
    "a UUID in capitals",
    t.uuid,
    "<uuid> F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6 </uuid>",
    "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
  ],
  ["enumerations with white space", Colour, "<Colour>\n light blue </Colour>", "light blue"],
  [
    "an enumeration in base64",
    Colour,
    `<Colour ${XSI} xmlns:s="http://www.w3.org/2001/XMLSchema" xsi:type=" s:base64Binary">AA==</Colour>`,
    "\0",
  ],
  [
    "another type, which is not asked for",
    t.string,
    `<string ${XSI} xmlns:s="urn:s" xsi:type="s:base64Binary">AA==</string>`,
    "AA==",
  ],
  [
    "optional fields that are nil",
    User,
    `<User ${XSI}><name>a</name><age xsi:nil="1"/><home xsi:nil=" true "></home></User>`,
    { name: "a", tags: [] },
  ],
  ["nil as false", User, `<User ${XSI}><name xsi:nil="false">a</name></User>`, { name: "a", tags: [] }],
  [
    "an entry in another order",
    one(t.map(t.string, t.int8)),
    "<One><v><entry><value>1</value><x/><key>k</key></entry></v></One>",
    { v: new Map([["k", 1]]) },
  ],
  [
    "elements named like what every object inherits",
    User,
    "<User><__proto__><x/></__proto__><constructor/><toString/><name>a</name></User>",
    { name: "a", tags: [] },
  ],
];

Deno.test("xml reads what XML and XML Schema allow", () => {
  for (const [name, type, text, value] of read) {
    const found = decode(type, text);
    assertEquals(difference(found, value), undefined, name);
    if (type === User) {
      assertEquals(Object.keys(found as object).toSorted(), Object.keys(value as object).toSorted(), name);
    }
  }
});

Deno.test("xml's elements are in a namespace where it is asked for", () => {
  const codec = xmlWith({ namespace: "urn:demo&", root: "user" }), writer = new Writer();
  const coder = codec.compile(User), bytes = (text: string) => new Reader(new TextEncoder().encode(text));
  coder.encode(alice, writer);
  const text = new TextDecoder().decode(writer.slice());
  assertEquals(text, '<user xmlns="urn:demo&amp;">' + encode(User, alice).slice(6, -7) + "</user>");
  assertEquals(coder.decode(bytes(text)), alice);
  const prefixed = text.replaceAll(/<(\/?)(?=\w)/g, "<$1p:").replace("xmlns=", "xmlns:p=");
  assertEquals(coder.decode(bytes(prefixed)), alice);
  const mixed = prefixed.replace("<p:home>", '<age xmlns="urn:other">x</age><p:home>').replace(
    /<p:y>.*<\/p:y>/,
    '<y xmlns="urn:demo&amp;">2</y>',
  );
  assertEquals(coder.decode(bytes(mixed)), alice);
  assertThrows(() => coder.decode(bytes("<user/>")), RpcError, "got the element <user>, want <user> of urn:demo&");
});

Deno.test("xml takes 60 levels of structs, lists and maps, and refuses 100 on either side", () => {
  const levels = (n: number, wrap: (inner: unknown) => unknown, inner: unknown) => {
    let value = inner;
    for (let i = 1; i < n; i++) value = wrap(value);
    return value;
  };
  const deep: Type = t.list(t.lazy(() => deep));
  const maps: Type = t.map(t.int8, t.lazy(() => maps));
  const shapes: readonly (readonly [Type, (inner: unknown) => unknown, unknown])[] = [
    [Tree, (inner) => ({ children: [inner] }), { children: [] }],
    [deep, (inner) => [inner], []],
    [maps, (inner) => new Map([[1, inner]]), new Map()],
  ];
  for (const [type, wrap, inner] of shapes) {
    const of = (n: number) => levels(type === Tree ? n >> 1 : n, wrap, inner);
    assertEquals(difference(decode(type, encode(type, of(60))), of(60)), undefined);
    const error = assertThrows(() => encode(type, of(100)), RpcError, "nesting is deeper than 64");
    assert(error.message.length < 400);
    const writer = new Writer();
    writer.maxDepth = 1000;
    xml.compile(type).encode(of(100), writer);
    assertThrows(() => decode(type, writer.slice()), RpcError, "deeper than");
  }
});

Deno.test("xml needs a schema", () => {
  assertThrows(() => xml.compile(), TypeError, "Cannot compile for xml: it needs a schema");
});

Deno.test("a coder of xml can be used while it is being used", () => {
  const Nested: Type<unknown> = t.logical("nested", {
    base: t.string,
    toBase: (value) => encode(User, value),
    fromBase: (text): unknown =>
      text.startsWith("<Outer") ? coder.decode(new Reader(new TextEncoder().encode(text))) : text,
  });
  const Outer = t.struct("Outer", { v: t.field(1, Nested), w: t.field(2, t.int32) }),
    coder = xml.compile<unknown>(Outer);
  const inner = "<Outer><v>x</v><w>2</w></Outer>".replace(/[<>]/g, (c) => c === "<" ? "&lt;" : "&gt;");
  assertEquals(decode(Outer, `<Outer><v>${inner}</v><w>1</w></Outer>`), { v: { v: "x", w: 2 }, w: 1 });
});
