import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type Code, codes, Reader, type Refinement, refinements, RpcError } from "../../protocol/mod.ts";
import * as t from "../schema/words.ts";
import { soap, soapError, soapFault, type SoapVersion } from "../soap.ts";

const versions: readonly SoapVersion[] = ["1.1", "1.2"];
const Hello = t.struct("demo.Hello", { name: t.field(1, t.string) });
const namespaces = {
  "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
  "1.2": "http://www.w3.org/2003/05/soap-envelope",
} as const;

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const said = ({ code, status, message, details, retryAfterMs }: RpcError) => {
  return { code, status, message, details, retryAfterMs };
};

function envelope(fault: string, version: SoapVersion = "1.1"): Uint8Array {
  return new TextEncoder().encode(
    `<e:Envelope xmlns:e="${namespaces[version]}"><e:Body><e:Fault>${fault}</e:Fault></e:Body></e:Envelope>`,
  );
}

Deno.test("an error is a Fault of either version", () => {
  const error = new RpcError("not_found", "no <such> book", { status: 1404, details: { id: 7 }, retryAfterMs: 20 });
  const detail = '<error xmlns="urn:erpc"><code>not_found</code><status>1404</status>' +
    '<details>{"id":7}</details><retryAfterMs>20</retryAfterMs></error>';
  assertEquals(
    textOf(soapFault(error)),
    `<soap:Envelope xmlns:soap="${namespaces["1.1"]}"><soap:Body><soap:Fault><faultcode>soap:Client</faultcode>` +
      `<faultstring>no &lt;such&gt; book</faultstring><detail>${detail}</detail></soap:Fault></soap:Body></soap:Envelope>`,
  );
  assertEquals(
    textOf(soapFault(error, "1.2")),
    `<soap:Envelope xmlns:soap="${
      namespaces["1.2"]
    }"><soap:Body><soap:Fault><soap:Code><soap:Value>soap:Sender</soap:Value>` +
      `</soap:Code><soap:Reason><soap:Text xml:lang="en">no &lt;such&gt; book</soap:Text></soap:Reason>` +
      `<soap:Detail>${detail}</soap:Detail></soap:Fault></soap:Body></soap:Envelope>`,
  );
});

Deno.test("every status comes back from a Fault as it was", () => {
  const errors = [
    ...Object.keys(codes).map((code) => new RpcError(code as Code, "why")),
    ...(Object.entries(refinements) as [Refinement, number][]).filter(([, status]) => status !== 214 && status !== 314)
      .map(([name, status]) => new RpcError(Object.keys(codes)[status % 100 - 1] as Code, "why", { status: name })),
    new RpcError("unauthenticated", "", { status: 65535 }),
  ];
  for (const error of errors) {
    for (const version of versions) assertEquals(said(soapError(soapFault(error, version))!), said(error));
  }
});

Deno.test("a status of this process alone travels as its base", () => {
  const error = soapError(soapFault(new RpcError("unavailable", "", { status: "not_sent" })))!;
  assertEquals([error.code, error.status], ["unavailable", 14]);
});

Deno.test("random errors come back from a Fault as they were", () => {
  const text = fc.string({ unit: "grapheme" });
  const property = fc.property(
    fc.constantFrom(...Object.keys(codes) as Code[]),
    fc.option(fc.integer({ min: 1000, max: 65535 }), { nil: undefined }),
    text,
    fc.option(fc.jsonValue({ maxDepth: 3 }), { nil: undefined }),
    fc.option(fc.integer({ min: -1 }), { nil: undefined }),
    fc.constantFrom(...versions),
    (code, status, message, details, retryAfterMs, version) => {
      const error = new RpcError(code, message, {
        ...status !== undefined && { status },
        details: details === undefined ? undefined : JSON.parse(JSON.stringify(details)),
        ...retryAfterMs !== undefined && { retryAfterMs },
      });
      assertEquals(said(soapError(soapFault(error, version))!), said(error));
    },
  );
  fc.assert(property, { seed: 3, numRuns: 1000 });
});

Deno.test("an error gets through whatever it says", () => {
  const cycle: Record<string, unknown> = {};
  cycle.cycle = cycle;
  for (const details of [cycle, 1n, "x".repeat(9000), () => 1]) {
    const error = soapError(soapFault(new RpcError("aborted", "a\0b\ufffe", { details })))!;
    assertEquals([error.code, error.message, error.details], ["aborted", "a\ufffdb\ufffd", undefined]);
  }
});

Deno.test("decoding a Fault throws its error", () => {
  for (const version of versions) {
    const error = new RpcError("failed_precondition", "not yet", { details: [1] });
    const thrown = assertThrows(() => soap.compile(Hello).decode(new Reader(soapFault(error, version))), RpcError);
    assertEquals(said(thrown), said(error));
  }
});

Deno.test("what is wrong with an envelope is a Fault that says so in its code", () => {
  for (const [faultcode, at] of [["VersionMismatch", "1.1"], ["MustUnderstand", "1.2"]] as const) {
    const error = new RpcError("unimplemented", "why", { status: "unsupported", details: { faultcode } });
    const bytes = soapFault(error, at);
    assertEquals(textOf(bytes).includes(`>soap:${faultcode}<`), true);
    assertEquals(said(soapError(bytes)!), said(error));
  }
  const error = new RpcError("internal", "why", { details: { faultcode: "Client.Auth.x y" } });
  assertEquals(textOf(soapFault(error)).includes("<faultcode>soap:Client.Auth.x_x0020_y<"), true);
  assertEquals(
    textOf(soapFault(error, "1.2")).includes(
      "<soap:Value>soap:Sender</soap:Value><soap:Subcode><soap:Value>Auth</soap:Value><soap:Subcode>" +
        "<soap:Value>x_x0020_y</soap:Value></soap:Subcode></soap:Subcode>",
    ),
    true,
  );
});

/** Faults of other implementations: what is in them, the version, and the error they stand for. */
const foreign: Record<string, readonly [fault: string, version: SoapVersion, error: Partial<RpcError>]> = {
  "blames the caller": [
    "<faultcode>e:Client</faultcode><faultstring>why</faultstring>",
    "1.1",
    { code: "invalid_argument", message: "why", details: { faultcode: "Client" } },
  ],
  "blames the service": [
    '<faultcode>e:Server.Db</faultcode><faultstring xml:lang="de">warum</faultstring><faultactor>urn:a</faultactor>',
    "1.1",
    { code: "internal", message: "warum", details: { faultcode: "Server.Db", faultactor: "urn:a" } },
  ],
  "has a code of its own": [
    '<faultcode xmlns:m="urn:m">m:OutOfStock</faultcode><faultstring>why</faultstring><detail><m xmlns="urn:m">1</m> </detail>',
    "1.1",
    { code: "unknown", details: { faultcode: "OutOfStock", detail: '<m xmlns="urn:m">1</m>' } },
  ],
  "has a code without a prefix and no text": [
    "<faultcode> Client </faultcode><detail/><x/>",
    "1.1",
    { code: "invalid_argument", message: "", details: { faultcode: "Client" } },
  ],
  "is about the version": [
    "<faultcode>e:VersionMismatch</faultcode>",
    "1.1",
    { code: "unimplemented", status: 312, details: { faultcode: "VersionMismatch" } },
  ],
  "has subcodes and texts in languages": [
    "<e:Code><e:Value>e:Sender</e:Value><e:Subcode><e:Value>m:a</e:Value><e:Subcode><e:Value>m:b</e:Value></e:Subcode>" +
    '</e:Subcode></e:Code><e:Reason><e:Text xml:lang="de">warum</e:Text><e:Text xml:lang="en-GB">why</e:Text>' +
    '<e:Text xml:lang="en">why not</e:Text></e:Reason><e:Node>urn:n</e:Node><e:Role>urn:r</e:Role>',
    "1.2",
    { code: "invalid_argument", message: "why", details: { faultcode: "Client.a.b", faultactor: "urn:r" } },
  ],
  "is of the service in SOAP 1.2": [
    '<e:Code><e:Value>e:Receiver</e:Value></e:Code><e:Reason><e:Text xml:lang="de">warum</e:Text></e:Reason>',
    "1.2",
    { code: "internal", message: "warum", details: { faultcode: "Server" } },
  ],
  "has a detail that is too long to keep": [
    `<faultcode>e:Client</faultcode><detail>${"x".repeat(5000)}</detail>`,
    "1.1",
    { details: { faultcode: "Client" } },
  ],
  "says a code and a status of erpc that don't agree": [
    '<faultcode>e:Client</faultcode><detail><error xmlns="urn:erpc"><code>aborted</code><status>5</status></error></detail>',
    "1.1",
    { code: "aborted", status: 10, details: undefined },
  ],
  "says a code of erpc that is none": [
    '<faultcode>e:Client</faultcode><detail><error xmlns="urn:erpc"><code>constructor</code><status>0</status></error></detail>',
    "1.1",
    { code: "unknown", status: 2 },
  ],
  "says details that are no JSON": [
    '<faultcode>e:Client</faultcode><detail><error xmlns="urn:erpc"><code>aborted</code><status>10</status><details>{</details>' +
    "</error></detail>",
    "1.1",
    { code: "aborted", status: 10, details: undefined },
  ],
};

for (const [name, [fault, version, expected]] of Object.entries(foreign)) {
  Deno.test(`a Fault that ${name} is an error`, () => {
    const error = soapError(envelope(fault, version))!;
    for (const key of Object.keys(expected) as (keyof RpcError)[]) assertEquals(error[key], expected[key]);
  });
}

Deno.test("an envelope without a Fault is no error", () => {
  const text = textOf(envelope("")).replaceAll("e:Fault", "Fault");
  assertEquals(soapError(new TextEncoder().encode(text)), undefined);
  assertThrows(() => soapError(Uint8Array.of(60)), RpcError, "Cannot decode envelope: ");
  assertThrows(() => soapError(envelope("")), RpcError, "Cannot decode envelope: the Fault has no faultcode");
});
