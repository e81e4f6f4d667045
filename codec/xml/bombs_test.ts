/**
 * Documents that are as large as a message may be, and made to take time or memory: each must be cheap.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Reader, RpcError } from "../../protocol/mod.ts";
import * as t from "../schema/words.ts";
import { xml } from "../xml.ts";

const SIZE = 4 << 20, MANY = 1_000_000;
const Bag = t.struct("Bag", {
  text: t.field(1, t.optional(t.string)),
  n: t.field(2, t.optional(t.int64)),
  d: t.field(3, t.optional(t.double)),
  price: t.field(4, t.optional(t.decimal(9, 2))),
  at: t.field(5, t.optional(t.timestamp)),
  data: t.field(6, t.optional(t.bytes)),
  list: t.field(7, t.list(t.int8)),
});
const coder = xml.compile<unknown>(Bag);
const fill = (piece: string, around = 0) => piece.repeat((SIZE - around) / piece.length | 0);
const namespaces = Array.from({ length: 128 }, (_, i) => ` xmlns:p${i}="u"`).join("");
const attributes = Array.from({ length: 128 }, (_, i) => ` a${i}=""`).join("");

/** Documents that are refused, with a part of what is said. */
const refused: Readonly<Record<string, readonly [body: string, says: string]>> = {
  "unknown elements 10^6 deep": ["<Bag>" + "<a>".repeat(MANY), "elements are nested deeper than 132"],
  "whole unknown elements 10^5 deep": [
    "<Bag>" + "<a>".repeat(1e5) + "</a>".repeat(1e5) + "</Bag>",
    "nested deeper than 132",
  ],
  "5*10^5 attributes": ["<Bag" + " a=''".repeat(MANY / 2), "an element has more than 128 attributes"],
  "a name without an end": ["<" + fill("a"), "a name has more than 1024 bytes"],
  "an end tag without an end": ["<Bag></" + fill("a"), "got another end, want </Bag>"],
  "a prefix without an end": [`<Bag xmlns:${fill("a", 99)}='u'/>`, "a name has more than 1024 bytes"],
  "namespaces in namespaces": ["<Bag>" + `<a${namespaces}>`.repeat(100), "more than 128 namespaces are declared"],
  "a text without an end": ["<Bag><text>" + fill("a"), "Bag.text: it ends inside of <text>"],
  "an attribute without an end": ["<Bag a='" + fill("a"), "it ends in an attribute"],
  "a comment without an end": ["<Bag><!--" + fill(" -"), "it ends in a comment"],
  "a comment of dashes": ["<Bag><!--" + fill("-"), "got -- in a comment"],
  "an instruction without an end": ["<Bag><?p " + fill("?"), "it ends in a processing instruction"],
  "a CDATA section without an end": ["<Bag><text><![CDATA[" + fill("]"), "it ends in a CDATA section"],
  "a declaration without an end": ["<?xml version='1.0' " + fill(" "), "the XML declaration is malformed"],
  "white space": [fill(" "), "it ends before an element begins"],
  "a number that is too long": [`<Bag><n>${fill("1", 99)}</n></Bag>`, "Bag.n: got"],
  "almost a number": [`<Bag><d>${fill("1", 99)}x</d></Bag>`, "Bag.d: got"],
  "almost a decimal": [`<Bag><price>${fill("0", 99)}.00x</price></Bag>`, "Bag.price: got"],
  "a decimal that is too long": [`<Bag><price>1${fill("0", 99)}.00</price></Bag>`, "Bag.price: got"],
  "white space around a letter": [`<Bag><n>${fill(" ", 99)}x${" ".repeat(50)}</n></Bag>`, "Bag.n: got"],
  "times": [`<Bag><at>${fill("T1", 99)}</at></Bag>`, "Bag.at: got"],
  "base64 that is none": [`<Bag><data>${fill("A", 99)}!</data></Bag>`, "Bag.data: got text that is not base64"],
  "more elements than are allowed": [
    "<Bag>" + "<list>1</list>".repeat(280_000) + "</Bag>",
    "more than 100000 elements",
  ],
  "an entity for an entity": [
    '<!DOCTYPE Bag [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><Bag><text>&b;</text></Bag>',
    "got <!DOCTYPE, want no document type declaration",
  ],
  "a file for an entity": [
    '<!DOCTYPE Bag [<!ENTITY a SYSTEM "file:///etc/passwd">]><Bag><text>&a;</text></Bag>',
    "got <!DOCTYPE, want no document type declaration",
  ],
};

/** Documents that are well-formed, with the text that comes of them. */
const taken: Readonly<Record<string, readonly [body: string, text: number]>> = {
  "references": [`<Bag><text>${fill("&amp;", 99)}</text></Bag>`, (SIZE - 99) / 5 | 0],
  "a reference with many zeros": [`<Bag><text>&#${fill("0", 99)}65;</text></Bag>`, 1],
  "ends of lines": [`<Bag><text>${fill("\r", 99)}</text></Bag>`, SIZE - 99],
  "brackets": [`<Bag><text>${fill("]", 99)}</text></Bag>`, SIZE - 99],
  "comments in text": [`<Bag><text>${fill("a<!---->", 99)}</text></Bag>`, (SIZE - 99) / 8 | 0],
  "CDATA sections": [`<Bag><text>${fill("<![CDATA[]]>", 99)}</text></Bag>`, 0],
  "unknown elements": [`<Bag><text/>${fill("<a/>", 99)}</Bag>`, 0],
  "unknown elements in namespaces": [`<Bag${namespaces}><text/>${fill("<p0:a/>", 4000)}</Bag>`, 0],
  "elements full of attributes": [`<Bag><text/>${fill(`<a${attributes}/>`, 99)}</Bag>`, 0],
  "elements full of namespaces": [`<Bag><text/>${fill(`<a${namespaces}/>`, 99)}</Bag>`, 0],
  "white space between elements": [`<Bag><text/>${fill(" ", 99)}</Bag>`, 0],
};

/** Reads `body`, which must be quick. */
function read(name: string, body: string): { text: string } {
  const reader = new Reader(new TextEncoder().encode(body)), start = performance.now();
  reader.maxItems = 100_000;
  try {
    return coder.decode(reader) as { text: string };
  } finally {
    assert(performance.now() - start < 5000, `${name} took too long`);
  }
}

for (const [name, [body, says]] of Object.entries(refused)) {
  Deno.test(`xml refuses ${name} cheaply`, () => {
    const error = assertThrows(() => read(name, body), RpcError, says);
    assert(error.message.length < 500);
  });
}

for (const [name, [body, length]] of Object.entries(taken)) {
  Deno.test(`xml takes ${name} cheaply`, () => assertEquals(read(name, body).text.length, length));
}
