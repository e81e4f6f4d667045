/**
 * The codec against an implementation in Python on python3-lxml, written from the rules in xml.ts: random values of random
 * types, which Python reads, and writes again in other words of XML.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Reader, Writer } from "../../protocol/mod.ts";
import { typeWithValues } from "../arbitrary_test.ts";
import { difference } from "../same.ts";
import type { AnyType, StructType, Type } from "../schema/type.ts";
import * as t from "../schema/words.ts";
import { xml } from "../xml.ts";
import { ask, missing } from "./lxml_ask_test.ts";

/** Reads lines `[type, document]`, and writes `[value, other document]` for each. */
const SCRIPT = `
import base64, json, math, random, re, struct, sys
from lxml import etree

XSI, XSD = "http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/2001/XMLSchema"
START = re.compile("[A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u2C00-\\u2FEF\\u3001-\\uD7FF]")
BAD = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]")
chance = random.Random(5)

def name_of(key):
    escape = lambda c: "_x%04X_" % ord(c)
    return "".join(c if START.match(c) or i and c in "-.0123456789" else escape(c) for i, c in enumerate(key))

def is_repeated(field):
    key, type, optional = field
    return not optional and isinstance(type, list) and type[0] == "list"

def float_of(text):
    text = text.strip()
    return {"INF": math.inf, "-INF": -math.inf, "NaN": math.nan}[text] if text[-1] in "FN" else float(text)

def hex_of(number):
    return "nan" if math.isnan(number) else struct.pack(">d", number).hex()

def read_text(node):
    assert len(node) == 0
    text = node.text or ""
    if node.get("{%s}type" % XSI) is None: return text
    assert node.get("{%s}type" % XSI) == "xsd:base64Binary" and node.nsmap["xsd"] == XSD
    return base64.b64decode(text, validate=True).decode()

def read(node, type):
    if isinstance(type, str):
        text = read_text(node)
        if type == "string": return text
        if type == "bool": return {"true": True, "false": False}[text]
        if type == "bytes": return base64.b64decode(text, validate=True).hex()
        return hex_of(float_of(text)) if type in ("float", "double") else str(int(text))
    kind, *rest = type
    if kind == "optional":
        return None if node.get("{%s}nil" % XSI) == "true" else read(node, rest[0])
    if kind == "list":
        assert all(child.tag == "item" for child in node)
        return [read(child, rest[0]) for child in node]
    if kind == "map":
        assert all(child.tag == "entry" for child in node)
        entries = [read(child, ["struct", [["key", rest[0], False], ["value", *plain(rest[1])]]]) for child in node]
        return [[entry["key"], entry.get("value")] for entry in entries]
    found = {}
    for field in rest[0]:
        key, inner, optional = field
        children = node.findall(name_of(key))
        if is_repeated(field): found[key] = [read(child, inner[1]) for child in children]
        elif children: found[key] = read(*children, inner)
        else: assert optional, key
    assert len(node) == sum(len(v) if is_repeated(f) else 1 for f in rest[0] for v in [found.get(f[0])] if v is not None)
    return found

def plain(type):
    return (type[1], True) if type[0] == "optional" else (type, False)

def write_text(node, text, exact):
    if BAD.search(text):
        node.set("{%s}type" % XSI, "x:base64Binary")
        node.text = base64.encodebytes(text.encode()).decode()
    elif chance.random() < 0.2 and "]]>" not in text and "\\r" not in text: node.text = etree.CDATA(text)
    else:
        node.text = text if exact else chance.choice(["", " ", "\\n\\t"]) + text + chance.choice(["", " "])
        if chance.random() < 0.1:
            node.append(etree.Comment(" c "))
            node[0].tail = "" if exact else " "

def write(node, value, type):
    if isinstance(type, str):
        if type == "string": return write_text(node, value, True)
        if type == "bool": value = chance.choice(["true", "1"] if value else ["false", "0"])
        elif type == "bytes": value = base64.encodebytes(bytes.fromhex(value)).decode()
        elif type in ("float", "double"):
            number = math.nan if value == "nan" else struct.unpack(">d", bytes.fromhex(value))[0]
            value = repr(number).upper() if math.isfinite(number) else "NaN" if value == "nan" else "INF" if number > 0 else "-INF"
        elif not value.startswith("-"): value = chance.choice(["", "+", "+000000000000000000000"]) + value
        return write_text(node, value, False)
    kind, *rest = type
    if kind == "optional":
        if value is None: node.set("{%s}nil" % XSI, chance.choice(["true", "1"]))
        else: write(node, value, rest[0])
        return
    space = chance.choice([None, None, " ", "\\r\\n  "])
    def child(name, value, type):
        write(etree.SubElement(node, name), value, type)
    if kind == "list":
        for inner in value: child("item", inner, rest[0])
    elif kind == "map":
        for key, inner in value:
            child("entry", {"key": key, "value": inner}, ["struct", [["key", rest[0], False], ["value", *plain(rest[1])]]])
    else:
        fields = rest[0][:]
        chance.shuffle(fields)
        for field in fields:
            key, inner, optional = field
            if is_repeated(field):
                for one in value[key]: child(name_of(key), one, inner[1])
            elif value.get(key) is not None: child(name_of(key), value[key], inner)
            elif optional and chance.random() < 0.3: etree.SubElement(node, name_of(key)).set("{%s}nil" % XSI, "true")
    if kind == "struct" and chance.random() < 0.3:
        etree.SubElement(etree.SubElement(node, "unknown.to.all", {"a": "b"}), "key").text = "text"
    for inner in node: inner.tail = space
    if len(node): node.text = space

for line in sys.stdin:
    type, text = json.loads(line)
    node = etree.fromstring(text.encode())
    assert node.tag == "Random", node.tag
    value = read(node, type)
    root = etree.Element("Random", nsmap={"i": XSI, "x": XSD} if chance.random() < 0.8 else {"xsi": XSI, "x": XSD})
    write(root, value, type)
    print(json.dumps([value, etree.tostring(root, encoding="UTF-8", xml_declaration=chance.random() < 0.5).decode()]))
`;

/** `type` as the script reads it. */
function described(type: Type): unknown {
  const any = type as AnyType;
  switch (any.kind) {
    case "optional":
      return ["optional", described(any.inner)];
    case "list":
      return ["list", described(any.element)];
    case "map":
      return ["map", described(any.key), described(any.value)];
    case "struct":
      return [
        "struct",
        any.fields.map(({ key, type }) => {
          const inner = described(type);
          return type.kind === "optional" ? [key, (inner as unknown[])[1], true] : [key, inner, false];
        }),
      ];
    case "enumeration":
    case "logical":
      return "string";
    default:
      return any.kind;
  }
}

/** `value` as the script tells it. */
function told(type: Type, value: unknown): unknown {
  const any = type as AnyType;
  if (value === undefined) return null;
  switch (any.kind) {
    case "optional":
      return told(any.inner, value);
    case "list":
      return (value as unknown[]).map((inner) => told(any.element, inner));
    case "map":
      return [...value as Map<unknown, unknown>].map(([key, inner]) => [told(any.key, key), told(any.value, inner)]);
    case "struct": {
      const record = value as Record<string, unknown>,
        there = any.fields.filter(({ key }) => record[key] !== undefined);
      return Object.fromEntries(there.map(({ key, type }) => [key, told(type, record[key])]));
    }
    case "string":
      return (value as string).toWellFormed();
    case "bytes":
      return (value as Uint8Array).toHex();
    case "float":
    case "double": {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, value as number);
      return Number.isNaN(value) ? "nan" : new Uint8Array(view.buffer).toHex();
    }
    default:
      return typeof value === "bigint" || typeof value === "number" ? String(value) : value;
  }
}

/** Types with values that the random ones don't have: these travel as text. */
const Texts = t.struct("test.Random", {
  id: t.field(1, t.uuid),
  day: t.field(2, t.optional(t.date)),
  price: t.field(3, t.decimal(9, 2)),
});
const texts = { id: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", day: "2024-02-29", price: "-0.05" };

Deno.test({
  name: `python reads the XML of random values, and writes them${missing}`,
  ignore: missing !== "",
  async fn() {
    const samples = fc.sample(typeWithValues([]), { seed: 21, numRuns: 1500 })
      .flatMap(({ type, values }) => values.map((value) => ({ type: type as StructType, value })))
      .concat({ type: Texts, value: texts });
    const writer = new Writer();
    const lines = samples.map(({ type, value }) => {
      writer.pos = 0;
      xml.compile<unknown>(type).encode(value, writer);
      return [described(type), new TextDecoder("utf-8", { ignoreBOM: true }).decode(writer.slice())];
    });
    const answers = await ask<readonly [value: unknown, other: string]>(SCRIPT, lines);
    samples.forEach(({ type, value }, i) => {
      const [read, other] = answers[i]!, text = JSON.stringify(lines[i]);
      assertEquals(difference(read, told(type, value)), undefined, text);
      const back = xml.compile(type).decode(new Reader(new TextEncoder().encode(other)));
      assertEquals(difference(back, value), undefined, other);
    });
  },
});
