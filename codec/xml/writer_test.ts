import { assertEquals, assertThrows } from "@std/assert";
import { Reader, Writer } from "../../protocol/mod.ts";
import { nameOf } from "./name.ts";
import { XmlReader } from "./reader.ts";
import { writeEnd, writeStart, writeText } from "./writer.ts";

function element(text: string, attributes: Record<string, string> = {}): string {
  const w = new Writer(1);
  writeStart(w, "a", attributes);
  writeText(w, text);
  writeEnd(w, "a");
  return new TextDecoder().decode(w.slice());
}

Deno.test("XML is written so that it is read back", () => {
  assertEquals(element("<&>]]>\r"), "<a>&lt;&amp;&gt;]]&gt;&#13;</a>");
  assertEquals(element("", { b: "\"'<&>\t\n\r", c: "" }), '<a b="&quot;\'&lt;&amp;&gt;&#9;&#10;&#13;" c=""></a>');
  const texts = [
    "",
    "a",
    "\t\n\r\r\n ",
    "]]>",
    "&amp;",
    "é漢😀",
    "\ufffd\u007f\u0085\u2028",
    "<".repeat(300),
    "x".repeat(100),
  ];
  for (const text of texts) {
    const x = new XmlReader(new Reader(new TextEncoder().encode(element(text, { b: text }))));
    x.next();
    assertEquals([x.attribute("b"), x.content(), x.next()], [text, text, "done"]);
  }
});

Deno.test("characters that XML does not have are refused", () => {
  for (
    const [text, code] of [["\0", "0000"], ["a\u001f", "001F"], ["\ufffe", "FFFE"], [
      "x".repeat(200) + "\uffff",
      "FFFF",
    ]] as const
  ) {
    assertThrows(() => element(text), Error, `got U+${code}, which is no character of XML`);
    assertThrows(() => element("", { b: text }), Error, `got U+${code}, which is no character of XML`);
  }
});

Deno.test("every key has a name of its own", () => {
  const keys = [
    "",
    "_",
    "a",
    "é",
    "x y",
    "x_x0020_y",
    "_x0020_",
    " ",
    "_x005F_",
    "1",
    "_x0031_",
    "-",
    "a-1.b",
    "a:b",
    "😀",
    "·",
    "a·",
    "\ud800",
    "\udc00",
    "\ufffd",
    "\u{f0000}",
    "\u{fffff}",
    "_xabcd_",
    "_xABCD_",
    "_xabc_",
    "_x000F0000_",
    "<a>",
    "\0",
    "xml",
  ];
  const names = keys.map(nameOf);
  assertEquals(new Set(names).size, keys.length);
  for (const name of names) {
    const x = new XmlReader(new Reader(new TextEncoder().encode(`<${name}/>`)));
    assertEquals([x.next(), x.name], ["start", name]);
  }
  for (const key of ["a", "é", "a-1.b", "_", "_xabc_"]) assertEquals(nameOf(key), key);
});
