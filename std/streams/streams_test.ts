import { assertEquals } from "@std/assert";
import { TextLineStream, toArrayBuffer, toText } from "@std/streams";

const euro = new TextEncoder().encode("5 €");

const lines: Record<string, [chunks: string[], lines: string[]]> = {
  "no text": [[], []],
  "one line without an end": [["abc"], ["abc"]],
  "an end, and no empty line behind it": [["abc\n"], ["abc"]],
  "LF and CRLF": [["a\nb\r\nc"], ["a", "b", "c"]],
  "empty lines": [["\n\r\n\n"], ["", "", ""]],
  "lines over several pieces": [["a", "b", "c\nd", "e\n"], ["abc", "de"]],
  "CRLF over two pieces": [["a\r", "\nb"], ["a", "b"]],
  "CR alone is text": [["a\rb\n", "c\r"], ["a\rb", "c\r"]],
  "many lines in one piece": [["a\n".repeat(1000)], new Array(1000).fill("a")],
};

for (const [name, [chunks, expected]] of Object.entries(lines)) {
  Deno.test(`TextLineStream: ${name}`, async () => {
    assertEquals(await Array.fromAsync(ReadableStream.from(chunks).pipeThrough(new TextLineStream())), expected);
  });
}

Deno.test("toText() reads text, and UTF-8 that is cut anywhere", async () => {
  assertEquals(await toText(ReadableStream.from(["a", "", "b"])), "ab");
  assertEquals(await toText(ReadableStream.from([euro.subarray(0, 3), euro.subarray(3)])), "5 €");
  assertEquals(await toText(ReadableStream.from([euro.subarray(0, 3)])), "5 \ufffd");
});

Deno.test("toArrayBuffer() reads bytes", async () => {
  assertEquals(
    await toArrayBuffer(ReadableStream.from([euro.subarray(1, 2), euro])),
    Uint8Array.of(32, ...euro).buffer,
  );
  assertEquals((await toArrayBuffer(ReadableStream.from([]))).byteLength, 0);
});
