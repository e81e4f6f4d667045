import { assertEquals, assertThrows } from "@std/assert";
import { Reader } from "../../protocol/mod.ts";
import { XmlReader, type XmlReaderOptions } from "./reader.ts";

const utf8 = new TextEncoder();

function reading(text: string, options?: XmlReaderOptions): XmlReader {
  return new XmlReader(new Reader(utf8.encode(text)), options);
}

Deno.test("an XML reader gives names, namespaces and attributes", () => {
  const x = reading('<p:a xmlns:p="urn:p" xmlns="urn:d" b=" 1&#10;\t2 " p:b="3"><c/></p:a>');
  assertEquals([x.next(), x.name, x.prefix, x.local, x.namespace, x.depth], ["start", "p:a", "p", "a", "urn:p", 1]);
  assertEquals([x.attribute("b"), x.attribute("b", "urn:p"), x.attribute("b", "urn:d")], [" 1\n 2 ", "3", undefined]);
  assertEquals(x.attributes.map(({ prefix, local }) => [prefix, local]), [["", "b"], ["p", "b"]]);
  assertEquals([x.namespaceOf("p"), x.namespaceOf(""), x.namespaceOf("q")], ["urn:p", "urn:d", undefined]);
  assertEquals(x.namespaceOf("xml"), "http://www.w3.org/XML/1998/namespace");
  assertEquals([x.next(), x.local, x.namespace, x.isEmpty, x.attributes.length], ["start", "c", "urn:d", true, 0]);
  assertEquals([x.next(), x.local, x.depth], ["end", "c", 1]);
  assertEquals([x.next(), x.prefix, x.local, x.depth], ["end", "p", "a", 0]);
  assertEquals([x.next(), x.next()], ["done", "done"]);
});

Deno.test("an XML reader forgets a namespace at the end of its element", () => {
  const x = reading('<a xmlns="u" xmlns:p="1"><b xmlns="" xmlns:p="2"><p:c/></b><p:d/><e/></a>');
  const namespaces: string[] = [];
  for (let token; (token = x.next()) !== "done";) if (token === "start") namespaces.push(x.namespace);
  assertEquals(namespaces, ["u", "", "2", "1", "u"]);
});

Deno.test("an XML reader takes the pieces of a text together", () => {
  const x = reading("<a>1<!-- c -->2<![CDATA[3]]>&#52;<b/><!-- c --></a>");
  x.next();
  assertEquals([x.next(), x.text], ["text", "1234"]);
  assertEquals([x.next(), x.next(), x.next(), x.next()], ["start", "end", "end", "done"]);
});

Deno.test("an XML reader skips elements, and reads the content of those that have only text", () => {
  const x = reading("<a><b>x<c>y</c></b><b/><d>z<!-- --></d><d/><d><e/></d></a>");
  x.next();
  for (let i = 0; i < 2; i++) {
    assertEquals([x.next(), x.local], ["start", "b"]);
    x.skip();
  }
  assertEquals([x.next(), x.content()], ["start", "z"]);
  assertEquals([x.next(), x.content()], ["start", ""]);
  x.next();
  assertThrows(() => x.content(), Error, "got an element <e>, want text");
});

Deno.test("an XML reader refuses processing instructions when it is asked to", () => {
  for (const text of ["<?p?><a/>", "<a><?p?></a>", "<a>b<?p?></a>", "<a/><?p?>"]) {
    const read = (x: XmlReader) => {
      while (x.next() !== "done");
    };
    read(reading(text));
    assertThrows(() => read(reading(text, { refuseInstructions: true })), Error, "got a processing instruction");
  }
  assertEquals(reading("<?xml version='1.0'?><a/>", { refuseInstructions: true }).next(), "start");
});

Deno.test("an XML reader stands where a document is wrong", () => {
  for (
    const text of ["<a>^&lol;</a>", "<a ^!/>", "<a></^b>", "^x", "<a/>^x", "<a b='^<'/>", "<a>^\0</a>", "<a>^<!x></a>"]
  ) {
    const x = reading(text.replace("^", ""));
    assertThrows(() => {
      while (x.next() !== "done");
    });
    assertEquals(x.from.pos, text.indexOf("^"), text);
  }
});

Deno.test("an XML reader reads one document after the other", () => {
  const x = reading('<a xmlns="u"><b>');
  assertThrows(() => {
    while (x.next() !== "done");
  });
  x.reset(new Reader(utf8.encode("<c>1</c>")));
  assertEquals([x.next(), x.namespace, x.depth, x.content(), x.next()], ["start", "", 1, "1", "done"]);
});

Deno.test("an XML reader reads between the bounds of its reader", () => {
  const bytes = utf8.encode("<x/><a>1</a><y>"), from = new Reader(bytes);
  const x = new XmlReader(from.reset(bytes, new DataView(bytes.buffer), 4, 12));
  assertEquals([x.next(), x.local, x.content(), x.next()], ["start", "a", "1", "done"]);
  for (let end = 4; end < 12; end++) {
    const cut = new XmlReader(from.reset(bytes, new DataView(bytes.buffer), 4, end));
    assertThrows(() => {
      while (cut.next() !== "done");
    });
  }
});
