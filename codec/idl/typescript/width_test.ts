import { assertEquals } from "@std/assert";
import { widthOf } from "./width.ts";

const widths: Record<string, number> = {
  "": 0,
  "hello": 5,
  "é": 1,
  "e\u0301": 1,
  "世界": 4,
  "안녕": 4,
  "かな": 4,
  "😀": 2,
  "ｗ！": 4,
  "“a”": 3,
};

for (const [text, width] of Object.entries(widths)) {
  Deno.test(`${JSON.stringify(text)} takes ${width} columns`, () => assertEquals(widthOf(text), width));
}
