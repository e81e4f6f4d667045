import { assertEquals, assertThrows } from "@std/assert";
import { decodeBase64, decodeBase64Url, decodeHex, encodeBase64, encodeBase64Url, encodeHex } from "@std/encoding";
import { decodeHex as decodeHexAlone } from "@std/encoding/hex";
import { Buffer } from "node:buffer";

/** RFC 4648, section 10, and what tells the two Base64 apart. */
const vectors: [text: string, hex: string, base64: string, base64url: string][] = [
  ["", "", "", ""],
  ["f", "66", "Zg==", "Zg"],
  ["fo", "666f", "Zm8=", "Zm8"],
  ["foo", "666f6f", "Zm9v", "Zm9v"],
  ["foob", "666f6f62", "Zm9vYg==", "Zm9vYg"],
  ["fooba", "666f6f6261", "Zm9vYmE=", "Zm9vYmE"],
  ["foobar", "666f6f626172", "Zm9vYmFy", "Zm9vYmFy"],
  [">?>d?ß", "3e3f3e643fc39f", "Pj8+ZD/Dnw==", "Pj8-ZD_Dnw"],
];

for (const [text, hex, base64, base64url] of vectors) {
  Deno.test(`encoding of ${JSON.stringify(text)}`, () => {
    const bytes = new TextEncoder().encode(text);
    for (const data of [text, bytes, bytes.buffer]) {
      assertEquals(encodeHex(data), hex);
      assertEquals(encodeBase64(data), base64);
      assertEquals(encodeBase64Url(data), base64url);
    }
    assertEquals(decodeHex(hex), bytes);
    assertEquals(decodeHexAlone(hex.toUpperCase()), bytes);
    assertEquals(decodeBase64(base64), bytes);
    assertEquals(decodeBase64(base64.replaceAll("=", "")), bytes);
    assertEquals(decodeBase64Url(base64url), bytes);
  });
}

Deno.test("encodings agree with another implementation on every byte", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i), buffer = Buffer.from(bytes);
  assertEquals(encodeHex(bytes), buffer.toString("hex"));
  assertEquals(encodeBase64(bytes), buffer.toString("base64"));
  assertEquals(encodeBase64Url(bytes), buffer.toString("base64url"));
  assertEquals(decodeBase64Url(buffer.toString("base64url")), bytes);
  assertEquals(encodeHex(bytes.subarray(250)), "fafbfcfdfeff");
});

const refused: Record<string, [run: () => unknown, errorClass: typeof Error, message: string]> = {
  "hex of odd length": [() => decodeHex("abc"), RangeError, "Length (3) must be divisible by 2"],
  "hex with another letter": [() => decodeHex("0g"), TypeError, "Invalid character (g)"],
  "Base64 with another character": [() => decodeBase64("Zm9*"), TypeError, "Invalid character (*)"],
  "Base64 with blanks": [() => decodeBase64("Zm 9v"), TypeError, "Invalid character ( )"],
  "Base64 of the other kind": [() => decodeBase64("Pj8-"), TypeError, "Invalid character (-)"],
  "Base64 for addresses of the other kind": [() => decodeBase64Url("Pj8/"), TypeError, "Invalid character (/)"],
  "Base64 with one digit too many": [() => decodeBase64("Zm9vY"), RangeError, "Length (5), excluding padding"],
  "Base64 with padding inside": [() => decodeBase64("Zg==Zg=="), TypeError, "Invalid character (=)"],
};

for (const [name, [run, errorClass, message]] of Object.entries(refused)) {
  Deno.test(`decoding refuses ${name}`, () => {
    assertThrows(run, errorClass, message);
  });
}
