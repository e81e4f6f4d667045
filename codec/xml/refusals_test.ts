import { assert, assertEquals, assertThrows } from "@std/assert";
import { Reader, RpcError } from "../../protocol/mod.ts";
import type { Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { xml } from "../xml.ts";
import { xmlRootOf } from "./plan.ts";

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

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

/** Documents that are refused, and what is said; each is of a User unless it begins otherwise. */
const refused: readonly (readonly [text: string | Uint8Array, message: string])[] = [
  ["", "demo.User: it ends before an element begins"],
  ["<", "demo.User: it ends where a name is wanted"],
  ["<User", "demo.User: it ends in a tag"],
  ["<User>", "demo.User: it ends inside of <User>"],
  ["<User><name>a", "demo.User.name: it ends inside of <name>"],
  ["<User><name>a</nam", "demo.User.name: got another end, want </name>"],
  ["<User><name>a</tags></User>", "demo.User.name: got another end, want </name>"],
  ["<Uses/>", "demo.User: got the element <Uses>, want <User>"],
  ["<User xmlns='urn:x'/>", "demo.User: got the element <User> of urn:x, want <User>"],
  ["<p:User xmlns:p='urn:x'/>", "demo.User: got the element <User> of urn:x, want <User>"],
  ["<User/>", "demo.User.name: it is missing"],
  ["<User><name>a</name><name>b</name></User>", "demo.User.name: it stands twice"],
  ["<User><age>1</age><name>b</name><age>1</age></User>", "demo.User.age: it stands twice"],
  [`<User ${XSI}><age xsi:nil="1"/><name>b</name><age>1</age></User>`, "demo.User.age: it stands twice"],
  [`<User ${XSI}><name xsi:nil="1"/></User>`, "demo.User.name: got nil, want a string"],
  [`<User ${XSI}><age xsi:nil="1">1</age></User>`, "demo.User.age: got text in an element that is nil"],
  ["<User>x<name>a</name></User>", "demo.User: got text, want elements"],
  ["<User><name>a</name><![CDATA[x]]></User>", "demo.User: got text, want elements"],
  ["<User><name><b/></name></User>", "demo.User.name: got an element <b>, want text"],
  [
    "<User><name>a</name><age>1.0</age></User>",
    'demo.User.age: got "1.0", want an integer from -2147483648 to 2147483647',
  ],
  ["<User><name>a</name><age>2147483648</age></User>", "demo.User.age: got 2147483648, want an integer"],
  ["<User><name>a</name><age/></User>", 'demo.User.age: got "", want an integer'],
  ["<User><name>a</name><age>0x10</age></User>", 'demo.User.age: got "0x10", want an integer'],
  ["<User><name>a</name><age>1 2</age></User>", 'demo.User.age: got "1 2", want an integer'],
  ["<User><name>a</name><home><x>1</x><y>?</y></home></User>", 'demo.User.home.y: got "?", want an integer'],
  ["<User><name>a</name><tags>x</tags><tags><y/></tags></User>", "demo.User.tags[1]: got an element <y>, want text"],
  ["<User><name>a</name></User>x", 'demo.User: got "x" behind the root element'],
  ["<User><name>a</name></User><User/>", 'demo.User: got "<" behind the root element'],
  ["<User><name>&lol;</name></User>", "demo.User.name: got &lol;, which is not declared"],
  ["<User><name>&lol</name></User>", "demo.User.name: got an & that begins no reference"],
  ["<User><name>&#0;</name></User>", "demo.User.name: got U+0000, which is no character of XML"],
  ["<User><name>&#x110000;</name></User>", "demo.User.name: got U+110000, which is no character of XML"],
  ["<User><name>&#99999999999999999999;</name></User>", "demo.User.name: got U+7FFFFFFF, which is no character of XML"],
  ["<User><name>&#xD800;&#xDC00;</name></User>", "demo.User.name: got U+D800, which is no character of XML"],
  ["<User><name>&#-1;</name></User>", "demo.User.name: got a reference to a character that is no number"],
  ["<User><name>\0</name></User>", "demo.User.name: got U+0000, which is no character of XML"],
  ["<User><name>\uffff</name></User>", "demo.User.name: got U+FFFF, which is no character of XML"],
  ["<User><name>]]></name></User>", "demo.User.name: got ]]> in text"],
  ["<User><name><![CDATA[<![CDATA[]]>]]></name></User>", "demo.User.name: got ]]> in text"],
  ["<User><name><![CDATA[", "demo.User.name: it ends in a CDATA section"],
  ["<User><!-- -- --></User>", "demo.User: got -- in a comment"],
  ["<User><!-- ", "demo.User: it ends in a comment"],
  ["<User><?xml version='1.0'?></User>", "demo.User: got <?xml, which may only be the beginning of a document"],
  ["<User a='1' a='2'/>", "demo.User: got the attribute a twice"],
  ["<User xmlns:p='u' xmlns:q='u' p:a='1' q:a='2'/>", "demo.User: got the attribute a twice"],
  ["<User a='<'/>", "demo.User: got < in an attribute"],
  ["<User a=1/>", "demo.User: got no quote before the value of a"],
  ["<User p:a='1'/>", "demo.User: got the prefix p, which is not declared"],
  ["<User><p:name/></User>", "demo.User: got the prefix p, which is not declared"],
  ["<!DOCTYPE User><User/>", "demo.User: got <!DOCTYPE, want no document type declaration"],
  ["<!DOCTYPE User [<!ENTITY a 'b'>]><User/>", "demo.User: got <!DOCTYPE, want no document type declaration"],
  ["<User><!DOCTYPE x></User>", "demo.User: got <!DOCTYPE, want no document type declaration"],
  ["<?xml version='1.0' encoding='latin1'?><User/>", "demo.User: it is in latin1, want UTF-8"],
  ["<?xml encoding='UTF-8'?><User/>", "demo.User: the XML declaration is malformed"],
  [Uint8Array.of(0xff, 0xfe, 0x3c, 0), "demo.User: it is not in UTF-8"],
  [
    new TextEncoder().encode("<User><name>é</name></User>").filter((byte) => byte !== 0xa9),
    "demo.User.name: text is not valid UTF-8",
  ],
  [
    new TextEncoder().encode("<User><name>é<![CDATA[é]]></name></User>").filter((byte, i) => byte !== 0xa9 || i > 20),
    "demo.User.name: text is not valid UTF-8",
  ],
];

Deno.test("xml says what is wrong with a document, and where", () => {
  for (const [text, message] of refused) {
    const error = assertThrows(() => decode(User, text), RpcError);
    assertEquals(error.message.slice(0, 14 + message.length), `Cannot decode ${message}`);
    assertEquals(error.code, "invalid_argument");
  }
});

/** Texts that are no value of their type. */
const wrong: readonly (readonly [type: Type, ...texts: string[]])[] = [
  [t.bool, "TRUE", "", "yes", "2"],
  [t.int8, "128", "-129", "1e1", "१"],
  [t.uint64, "-1", "18446744073709551616", "99999999999999999999999", "1.0"],
  [t.int64, "9223372036854775808", "--1"],
  [t.double, "Infinity", "nan", "1e", ".", "1,5", "0x1", "1_0", ""],
  [t.bytes, "AA", "A===", "_-8=", "AB==", "é"],
  [Colour, "Red", "", "1"],
  [
    t.timestamp,
    "2026-02-30T00:00:00Z",
    "2026-11-23",
    "2026-11-23T07:48:60Z",
    "2026-11-23T25:00:00Z",
    "1732347000000",
    "0000-01-01T00:00:00Z",
  ],
  [t.date, "2026-02-30", "20261123", "2026-11-23Z"],
  [t.decimal(4, 2), "1.234", "123.45", "1e1", "", "."],
  [t.map(t.string, t.string), "<x/>", "<item/>"],
  [t.list(Point), "<x>1</x>", "<entry/>", "<p:item xmlns:p='urn:p'><x>1</x></p:item>"],
  [t.uuid, "f81d4fae7dec11d0a76500a0c91e6bf6"],
  [t.union("U", { a: t.field(1, t.int8), b: t.field(2, t.int8) }), "", "<a>1</a><b>2</b>", "<a>1</a><a>1</a>"],
  [
    t.map(t.string, t.int8),
    "<entry/>",
    "<entry><key>a</key></entry>",
    "<entry><value>1</value></entry>",
    "<entry><key>a</key><key>b</key><value>1</value></entry>",
  ],
];

Deno.test("xml refuses text that is no value", () => {
  for (const [type, ...texts] of wrong) {
    const { name } = xmlRootOf(type);
    for (const text of texts) {
      const error = assertThrows(() => decode(type, `<${name}>${text}</${name}>`), RpcError, "Cannot decode", text);
      assert(!error.message.includes(`want <${name}>`), error.message);
    }
  }
});
