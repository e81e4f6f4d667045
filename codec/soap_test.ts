import { assertEquals, assertThrows } from "@std/assert";
import { Reader, refined, RpcError, Writer } from "../protocol/mod.ts";
import type { Codec } from "./codec.ts";
import type { Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";
import { soap, type SoapHeader, soapWith } from "./soap.ts";

const Hello = t.struct("demo.Hello", { name: t.field(1, t.string), tags: t.field(2, t.list(t.string)) });
const message = '<Hello xmlns="urn:demo"><name>bob</name><tags>x</tags></Hello>', bob = { name: "bob", tags: ["x"] };
const SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/", SOAP12 = "http://www.w3.org/2003/05/soap-envelope";

function encode(codec: Codec, type: Type, value: unknown): string {
  const into = new Writer();
  codec.compile(type).encode(value, into);
  return new TextDecoder().decode(into.slice());
}

function decode(text: string, codec: Codec = soap, type: Type = Hello): unknown {
  return codec.compile(type).decode(new Reader(new TextEncoder().encode(text)));
}

/** An envelope with what is in its Body, and before it. */
function envelope(body: string, head = "", namespace = SOAP11): string {
  return `<e:Envelope xmlns:e="${namespace}">${head}<e:Body>${body}</e:Body></e:Envelope>`;
}

Deno.test("an envelope of each version holds the message in the namespace of its package", () => {
  for (const [version, namespace] of [["1.1", SOAP11], ["1.2", SOAP12]] as const) {
    assertEquals(
      encode(soapWith({ version }), Hello, bob),
      `<soap:Envelope xmlns:soap="${namespace}"><soap:Body>${message}</soap:Body></soap:Envelope>`,
    );
  }
});

Deno.test("namespaces are made of packages, or given", () => {
  const Bare = t.struct("Bare", {}), Odd = t.struct("my pack&age.ü.Bare", {});
  const rows: readonly [Codec, Type, string][] = [
    [soap, Bare, "urn:erpc"],
    [soap, Odd, "urn:my%20pack&amp;age.%C3%BC"],
    [soapWith({ namespace: "http://example.com/x" }), Bare, "http://example.com/x"],
  ];
  for (const [codec, type, namespace] of rows) {
    const text = encode(codec, type, {});
    assertEquals(/<Bare xmlns="([^"]*)">/.exec(text)?.[1], namespace);
    assertEquals(decode(text, codec, type), {});
  }
});

Deno.test("elements within a message may be in no namespace", () => {
  const codec = soapWith({ elements: "unqualified" }), text = encode(codec, Hello, bob);
  const body = '<m:Hello xmlns:m="urn:demo"><name>bob</name><tags>x</tags></m:Hello>';
  assertEquals(/<soap:Body>(.*)<\/soap:Body>/.exec(text)?.[1], body);
  assertEquals(decode(text, codec), bob);
  assertThrows(() => decode(text), RpcError, "demo.Hello.name: it is missing");
  assertThrows(() => decode(envelope(message), codec), RpcError, "demo.Hello.name: it is missing");
});

/** What is read as bob, in either version. */
const right: Record<string, string> = {
  "an envelope": envelope(message),
  "one of SOAP 1.2": envelope(message, "", SOAP12),
  "an empty Header": envelope(message, "<e:Header/>"),
  "a header that is not known": envelope(message, '<e:Header><x xmlns="urn:y"><z/>text</x></e:Header>'),
  "a header that needn't be understood": envelope(message, '<e:Header><x e:mustUnderstand="0"/></e:Header>'),
  "a header for another actor": envelope(
    message,
    '<e:Header><x e:mustUnderstand="1" e:actor="urn:cache"/></e:Header>',
  ),
  "a header for another role": envelope(
    message,
    '<e:Header><x e:mustUnderstand="true" e:role="urn:cache"/></e:Header>',
    SOAP12,
  ),
  "white space and comments": envelope(` <!-- a -->\n${message}\n`, "\n<e:Header> </e:Header>\n") + "\n<!-- b -->\n",
  "a declaration": `<?xml version="1.0" encoding="utf-8"?>${envelope(message)}`,
  "prefixes everywhere": envelope(
    '<d:Hello xmlns:d="urn:demo"><d:tags>x</d:tags><d:other/><d:name>bob</d:name></d:Hello>',
  ),
  "attributes of the envelope": envelope(message).replace("<e:Body>", '<e:Body id="1" e:encodingStyle="urn:x">'),
};

for (const [name, text] of Object.entries(right)) {
  Deno.test(`${name} is read`, () => assertEquals(decode(text), bob));
}

/** What is refused, with what the error says. */
const wrong: Record<string, readonly [text: string, says: string]> = {
  "nothing": ["", "it ends before an element begins"],
  "no envelope": [message, "got the element <Hello>, want an Envelope"],
  "an empty envelope": [`<e:Envelope xmlns:e="${SOAP11}"/>`, "the Envelope is empty"],
  "no Body": [`<e:Envelope xmlns:e="${SOAP11}"><e:Header/></e:Envelope>`, "the Envelope has no Body"],
  "an empty Body": [envelope(""), "the Body is empty"],
  "text in the Body": [envelope("x"), "got text, want elements"],
  "two messages": [envelope(message + message), "got a second element in the Body, <Hello>"],
  "two Bodies": [
    envelope(message).replace("</e:Body>", "</e:Body><e:Body/>"),
    "got the element <Body> behind the Body",
  ],
  "a Header behind the Body": [
    envelope(message).replace("</e:Body>", "</e:Body><e:Header/>"),
    "got the element <Header> behind the Body",
  ],
  "another element behind the Body": [
    envelope(message).replace("</e:Body>", '</e:Body><x xmlns="urn:x"/>'),
    "got the element <x> behind the Body",
  ],
  "two Headers": [envelope(message, "<e:Header/><e:Header/>"), "got the element <Header>, want a Body"],
  "another element before the Body": [envelope(message, "<x/>"), "got the element <x>, want a Body"],
  "a Body of the other version": [
    envelope(message).replaceAll("e:Body>", 'f:Body xmlns:f="' + SOAP12 + '">').replace(
      /<\/f:Body [^>]*>/,
      "</f:Body>",
    ),
    "got the element <Body>, want a Body",
  ],
  "text behind the envelope": [envelope(message) + "x", 'got "x" behind the root element'],
  "a second envelope": [envelope(message) + envelope(message), 'got "<" behind the root element'],
  "another namespace": [
    envelope(message.replace("demo", "other")),
    "got the element <Hello> of urn:other, want <Hello>",
  ],
  "another message": [envelope(message.replaceAll("Hello", "Bye")), "got the element <Bye> of urn:demo, want <Hello>"],
  "a missing field": [envelope('<Hello xmlns="urn:demo"/>'), "demo.Hello.name: it is missing"],
  "a document type": [`<!DOCTYPE x>${envelope(message)}`, "got <!DOCTYPE"],
  "a document type behind a comment": [`<!----><!DOCTYPE x [<!ENTITY l "lol">]>${envelope("&l;")}`, "got <!DOCTYPE"],
  "an entity": [envelope(message.replace("bob", "&lol;")), "got &lol;, which is not declared"],
  "a character that is none": [envelope(message.replace("bob", "&#0;")), "U+0000, which is no character of XML"],
  "a processing instruction": [envelope(`<?php?>${message}`), "got a processing instruction"],
  "a processing instruction before the envelope": [`<?php?>${envelope(message)}`, "got a processing instruction"],
  "a mustUnderstand that is none": [
    envelope(message, '<e:Header><x e:mustUnderstand="2"/></e:Header>'),
    'got mustUnderstand="2", want 0 or 1',
  ],
  "a Fault without a code": [envelope("<e:Fault><faultstring>x</faultstring></e:Fault>"), "the Fault has no faultcode"],
  "a Fault with an empty code": [
    envelope("<e:Fault><e:Code><e:Value/></e:Code></e:Fault>", "", SOAP12),
    "the Fault has no Code",
  ],
  "an envelope that ends too soon": [envelope(message).slice(0, -3), "got another end, want </e:Envelope>"],
  "elements 10^5 deep": [envelope("<a>".repeat(1e5)), "got the element <a>"],
  "headers 10^5 deep": [envelope(message, "<e:Header>" + "<a>".repeat(1e5)), "elements are nested deeper than 132"],
  "an element __proto__": [envelope('<__proto__ xmlns="urn:demo"/>'), "got the element <__proto__> of urn:demo"],
};

for (const [name, [text, says]] of Object.entries(wrong)) {
  Deno.test(`${name} is refused`, () => {
    const error = assertThrows(() => decode(text), RpcError, says);
    assertEquals([error.code, error.message.startsWith("Cannot decode demo.Hello")], ["invalid_argument", true]);
  });
}

Deno.test("an envelope of no version that is known is a mismatch of versions", () => {
  for (const namespace of ["urn:x", "http://www.w3.org/2001/12/soap-envelope"]) {
    const error = assertThrows(
      () => decode(envelope(message, "", namespace)),
      RpcError,
      `got an Envelope of ${namespace}`,
    );
    assertEquals([error.status, error.details], [refined("unsupported", "").status, { faultcode: "VersionMismatch" }]);
  }
  assertThrows(() => decode("<Envelope/>"), RpcError, "got an Envelope of no namespace");
});

Deno.test("a header that must be understood and is not known is an error that names it", () => {
  const next = `e:actor="http://schemas.xmlsoap.org/soap/actor/next"`;
  for (const attributes of ['e:mustUnderstand="1"', 'e:mustUnderstand="true"', `${next} e:mustUnderstand="1"`]) {
    const head = `<e:Header><a/><x xmlns="urn:y" ${attributes}/></e:Header>`;
    const error = assertThrows(() => decode(envelope(message, head)), RpcError, "got the header {urn:y}x");
    const details = { faultcode: "MustUnderstand", header: "{urn:y}x" };
    assertEquals([error.code, error.status, error.details], ["unimplemented", 312, details]);
  }
});

const Auth = t.struct("sec.Auth", { user: t.field(1, t.string) });

Deno.test("headers that are known travel beside the message", () => {
  const seen: unknown[] = [];
  let user: string | undefined = "bob <&>";
  const auth: SoapHeader<{ user: string }> = {
    type: Auth,
    mustUnderstand: true,
    write: () => user === undefined ? undefined : { user },
    read: (value) => seen.push(value),
  };
  const codec = soapWith({ version: "1.2", headers: [auth] }), text = encode(codec, Hello, bob);
  const header =
    '<soap:Header><Auth xmlns="urn:sec" soap:mustUnderstand="1"><user>bob &lt;&amp;&gt;</user></Auth></soap:Header>';
  assertEquals(text.includes(header), true);
  assertEquals([decode(text, codec), seen], [bob, [{ user: "bob <&>" }]]);
  assertThrows(() => decode(text), RpcError, "got the header {urn:sec}Auth, which must be understood");
  user = undefined;
  assertEquals(encode(codec, Hello, bob).includes("Header"), false);
});

Deno.test("a header that is known need not be taken", () => {
  const head = '<e:Header><Auth xmlns="urn:sec" e:mustUnderstand="1"><user>x</user></Auth><y/></e:Header>';
  assertEquals(decode(envelope(message, head), soapWith({ headers: [{ type: Auth }] })), bob);
});

Deno.test("headers that do not fit are errors that name them", () => {
  const codec = soapWith({ headers: [{ type: Auth, write: () => ({}) }] });
  const into = new Writer();
  into.u32(7);
  assertThrows(
    () => codec.compile(Hello).encode(bob, into),
    RpcError,
    "Cannot encode demo.Hello with header Auth.user: it is missing",
  );
  assertEquals([into.pos, into.depth], [4, 0]);
  const reads = soapWith({ headers: [{ type: Auth, read: () => {} }] });
  assertThrows(
    () => decode(envelope(message, '<e:Header><Auth xmlns="urn:sec"/></e:Header>'), reads),
    RpcError,
    "Cannot decode demo.Hello with header Auth.user: it is missing",
  );
});

Deno.test("a codec of soap needs a schema", () => {
  assertThrows(() => soap.compile(), TypeError, "Cannot compile for soap: it needs a schema");
});
