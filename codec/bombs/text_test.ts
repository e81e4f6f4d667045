/**
 * Messages as bad as they can be, in formats that are text; holds no test itself.
 *
 * @module
 */
import { Chain } from "../conformance_types.ts";
import {
  anInt32,
  type Bomb,
  bomb,
  Empties,
  Int,
  MIB,
  Pair,
  repeated,
  Text,
  tooDeep,
  tooMany,
  Two,
} from "./bomb_test.ts";

const envelope = "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'>";

function soap(body: string): string {
  return `${envelope}<s:Body>${body}</s:Body></s:Envelope>`;
}

/** By the name of the codec. */
export const textBombs: Readonly<Record<string, readonly Bomb[]>> = {
  json: [
    bomb(
      "5,000,000 arrays in one another",
      Text,
      repeated("", "[", 5_000_000),
      `test.One: ${tooMany}`,
    ),
    bomb(
      "1,000,000 objects in one another that nobody knows",
      Text,
      repeated('{"field":"","other":', '{"a":', 1_000_000),
      `test.One: ${tooDeep}`,
    ),
    bomb(
      "100,000 links of a chain",
      Chain,
      repeated("", '{"n":1,"next":', 100_000),
      `test.Chain: ${tooDeep}`,
    ),
    bomb(
      "4 MiB of empty structs",
      Empties,
      repeated('{"field":[{}', ",{}", MIB + 400_000, "]}"),
      `test.One: ${tooMany}`,
    ),
    bomb("text that is not UTF-8", Text, "0x7b226669656c64223a22fffe227d", "test.One: text is not valid UTF-8"),
    bomb("a number for text", Text, '{"field":1}', "test.One.field: got a number, want a string"),
    bomb(
      "a number out of range",
      Int,
      '{"field":4294967296}',
      `test.One.field: got 4294967296, want ${anInt32}`,
    ),
    bomb("a missing field", Pair, '{"a":1}', "test.Pair.b: it is missing"),
    bomb("a field twice", Pair, '{"a":1,"b":1,"a":2}', "test.Pair.a: it stands twice"),
    bomb("two of a union", Two, '{"field":{"a":1,"b":2}}', "test.One.field: got a and b, want one of value"),
    bomb("a key __proto__ for a field", Text, '{"__proto__":{"field":"x"}}', "test.One.field: it is missing"),
    bomb("a value that is cut", Int, '{"field":', "test.One: Unexpected end of JSON input"),
    bomb(
      "bytes behind the message",
      Int,
      '{"field":1}0',
      "test.One: Unexpected non-whitespace character after JSON at position 11 (line 1 column 12)",
    ),
    bomb(
      "arrays without a schema",
      undefined,
      repeated("", "[", 5_000_000),
      `value: ${tooMany}`,
    ),
  ],
  json_any: [
    bomb(
      "5,000,000 arrays in one another",
      undefined,
      repeated("", "[", 5_000_000),
      `value: ${tooMany}`,
    ),
    bomb(
      "100,000 Maps in one another",
      undefined,
      repeated("", '{"$map":[[1,', 100_000),
      `value: ${tooDeep}`,
    ),
    bomb(
      "a bigint of 4,000,000 digits",
      undefined,
      repeated('{"$bigint":"', "9", 4_000_000, '"}'),
      "value: got a string, want what $bigint has",
    ),
    bomb(
      "4 MiB of empty objects",
      undefined,
      repeated("[{}", ",{}", MIB + 400_000, "]"),
      `value: ${tooMany}`,
    ),
    bomb("a key __proto__", undefined, '[{"__proto__":{}}]', "value[0].__proto__: a key may not be __proto__"),
    bomb("a key twice", undefined, '[{"a":1,"a":2}]', "value[0].a: it stands twice"),
    bomb("text that is not UTF-8", undefined, "0x22fffe22", "value: text is not valid UTF-8"),
    bomb("a missing field", Text, "{}", "test.One.field: it is missing"),
    bomb("a number for text", Text, '{"field":1}', "test.One.field: got a number, want a string"),
  ],
  xml: [
    bomb(
      "1,000,000 elements in one another",
      Text,
      repeated("", "<a>", 1_000_000),
      "test.One: got the element <a>, want <One>",
    ),
    bomb(
      "1,000,000 elements in one another that nobody knows",
      Text,
      repeated("<One>", "<a>", 1_000_000),
      "test.One: elements are nested deeper than 132",
    ),
    bomb(
      "100,000 links of a chain",
      Chain,
      repeated("<Chain><n>1</n>", "<next><n>1</n>", 100_000),
      `test.Chain*: ${tooDeep}`,
    ),
    bomb(
      "1,200,000 empty structs",
      Empties,
      repeated("<One>", "<field/>", 1_200_000, "</One>"),
      `test.One.field[524287]: ${tooMany}`,
    ),
    bomb(
      "300,000 attributes",
      Text,
      repeated("<One", ' a="1"', 300_000, "><field>x</field></One>"),
      "test.One: an element has more than 128 attributes",
    ),
    bomb(
      "entities in entities",
      Text,
      '<!DOCTYPE One [<!ENTITY a "&b;&b;"><!ENTITY b "x">]><One><field>&a;</field></One>',
      "test.One: got <!DOCTYPE, want no document type declaration",
    ),
    bomb(
      "a type declaration elsewhere",
      Text,
      '<!DOCTYPE One SYSTEM "file:///etc/passwd"><One><field>x</field></One>',
      "test.One: got <!DOCTYPE, want no document type declaration",
    ),
    bomb(
      "an entity that nobody declared",
      Text,
      "<One><field>&lol;</field></One>",
      "test.One.field: got &lol;, which is not declared",
    ),
    bomb(
      "a character beyond Unicode",
      Text,
      "<One><field>&#x110000;</field></One>",
      "test.One.field: got U+110000, which is no character of XML",
    ),
    bomb(
      "a surrogate as a character",
      Text,
      "<One><field>&#xd800;</field></One>",
      "test.One.field: got U+D800, which is no character of XML",
    ),
    bomb(
      "text that is not UTF-8",
      Text,
      "0x3c4f6e653e3c6669656c643efffe3c2f6669656c643e3c2f4f6e653e",
      "test.One.field: text is not valid UTF-8",
    ),
    bomb(
      "text for a number",
      Int,
      "<One><field>x</field></One>",
      'test.One.field: got "x", want an integer from -2147483648 to 2147483647',
    ),
    bomb(
      "a number out of range",
      Int,
      "<One><field>4294967296</field></One>",
      `test.One.field: got 4294967296, want ${anInt32}`,
    ),
    bomb("a missing field", Pair, "<Pair><a>1</a></Pair>", "test.Pair.b: it is missing"),
    bomb("a field twice", Pair, "<Pair><a>1</a><b>1</b><a>2</a></Pair>", "test.Pair.a: it stands twice"),
    bomb(
      "two of a union",
      Two,
      "<One><field><a>1</a><b>2</b></field></One>",
      "test.One.field: got a and b, want one of value",
    ),
    bomb(
      "an element __proto__ for a field",
      Text,
      "<One><__proto__><field>x</field></__proto__></One>",
      "test.One.field: it is missing",
    ),
    bomb("an element that is cut", Int, "<One><field>1", "test.One.field: it ends inside of <field>"),
    bomb(
      "elements behind the message",
      Int,
      "<One><field>1</field></One><One/>",
      'test.One: got "<" behind the root element',
    ),
  ],
  soap: [
    bomb(
      "1,000,000 elements in one another in the header",
      Text,
      repeated(`${envelope}<s:Header>`, "<a>", 1_000_000),
      "test.One: elements are nested deeper than 132",
    ),
    bomb(
      "100,000 elements in one another in the body",
      Text,
      repeated(`${envelope}<s:Body><One xmlns='urn:test'>`, "<a>", 100_000),
      "test.One: elements are nested deeper than 132",
    ),
    bomb(
      "a type declaration",
      Text,
      "<!DOCTYPE a>" + soap("<One xmlns='urn:test'><field>x</field></One>"),
      "test.One: got <!DOCTYPE, want no document type declaration",
    ),
    bomb(
      "a processing instruction",
      Text,
      soap("<One xmlns='urn:test'><?a b?><field>x</field></One>"),
      "test.One: got a processing instruction, want none",
    ),
    bomb(
      "no envelope",
      Text,
      "<One xmlns='urn:test'><field>x</field></One>",
      "test.One: got the element <One>, want an Envelope",
    ),
    bomb("no body", Text, `${envelope}</s:Envelope>`, "test.One: the Envelope is empty"),
    bomb(
      "two messages",
      Text,
      soap("<One xmlns='urn:test'><field>x</field></One><One xmlns='urn:test'/>"),
      "test.One: got a second element in the Body, <One>",
    ),
    bomb("a missing field", Pair, soap("<Pair xmlns='urn:test'><a>1</a></Pair>"), "test.Pair.b: it is missing"),
    bomb(
      "a field twice",
      Pair,
      soap("<Pair xmlns='urn:test'><a>1</a><b>1</b><a>2</a></Pair>"),
      "test.Pair.a: it stands twice",
    ),
    bomb(
      "text for a number",
      Int,
      soap("<One xmlns='urn:test'><field>x</field></One>"),
      'test.One.field: got "x", want an integer from -2147483648 to 2147483647',
    ),
    bomb(
      "an entity that nobody declared",
      Text,
      soap("<One xmlns='urn:test'><field>&lol;</field></One>"),
      "test.One.field: got &lol;, which is not declared",
    ),
    bomb(
      "elements behind the envelope",
      Int,
      soap("<One xmlns='urn:test'><field>1</field></One>") + "<a/>",
      'test.One: got "<" behind the root element',
    ),
  ],
};
