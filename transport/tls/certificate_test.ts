import { assertEquals, assertThrows } from "@std/assert";
import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { certifiedTest, type Pair } from "./authority_test.ts";
import { identityOf } from "./certificate.ts";
import { isFor } from "./name.ts";

const der = ({ cert }: Pair) => new Uint8Array(new X509Certificate(cert).raw);

await certifiedTest("certificate: names of every kind are read", ({ client, odd }) => {
  const { fingerprint, ...names } = identityOf(der(client));
  assertEquals(names, {
    commonName: "client",
    altNames: ["DNS:client.test", "email:a@b.test", "URI:spiffe://test/client", "IP:10.0.0.7", "IP:::1"],
  });
  assertEquals(fingerprint, new X509Certificate(client.cert).fingerprint256.replaceAll(":", "").toLowerCase());
  assertEquals(identityOf(der(odd)).commonName, "odd, CN=admin", "the last one of two");
});

await certifiedTest("certificate: a name with a comma is one name", ({ odd }) => {
  const identity = identityOf(der(odd));
  assertEquals(identity.altNames, ["URI:http://odd.test/, DNS:admin.test", "DNS:odd.test"]);
  assertEquals([isFor(identity, "odd.test"), isFor(identity, "admin.test")], [true, false]);
});

await certifiedTest("certificate: without alternative names it is for nobody", ({ ca }) => {
  const identity = identityOf(der({ cert: ca, key: "" }));
  assertEquals([identity.commonName, identity.altNames, isFor(identity, "ca")], ["ca", [], false]);
});

await certifiedTest("certificate: spoilt ones are refused or read, and nothing else", ({ client, odd }) => {
  const whole = [der(client), der(odd)];
  fc.assert(
    fc.property(fc.nat(1), fc.nat(2000), fc.nat(255), fc.boolean(), (which, at, byte, cut) => {
      const bytes = whole[which]!.slice();
      bytes[at % bytes.length] = byte;
      try {
        identityOf(cut ? bytes.subarray(0, at % bytes.length) : bytes);
      } catch (error) {
        if (!(error instanceof TypeError) || !error.message.startsWith("Cannot read the certificate")) throw error;
      }
    }),
    { numRuns: 2000 },
  );
  assertThrows(() => identityOf(new Uint8Array(0)), TypeError, "Cannot read the certificate");
});

const identity = {
  commonName: "cn.test",
  fingerprint: "",
  altNames: ["DNS:a.test", "DNS:*.b.test", "DNS:*.test", "DNS:*", "IP:10.0.0.7", "IP:2001:db8::1", "URI:DNS:u.test"],
};
const names: Record<string, boolean> = {
  "a.test": true,
  "A.Test.": true,
  "x.b.test": true,
  "b.test": false, // *.test is too wide
  "x.y.b.test": false,
  "x.a.test": false,
  "localhost": false,
  "cn.other": false,
  "*.b.test": true, // the name itself
  "u.test": false,
  "10.0.0.7": true,
  "10.0.0.8": false,
  "2001:DB8:0::1": true,
  "2001:db8::2": false,
  "": false,
};
for (const [name, fits] of Object.entries(names)) {
  Deno.test(`certificate: is ${fits ? "" : "not "}for ${JSON.stringify(name)}`, () =>
    assertEquals(isFor(identity, name), fits));
}
