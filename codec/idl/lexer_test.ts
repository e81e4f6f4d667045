import { assertEquals, assertThrows } from "@std/assert";
import { IdlError } from "./idl.ts";
import { Lexer, type LexerOptions, maxNesting, maxText } from "./lexer.ts";

function tokens(source: string, options?: LexerOptions): string[] {
  const lexer = new Lexer(source, options), found: string[] = [];
  while (lexer.peek.kind !== "end") {
    const { kind, text, line, column } = lexer.next();
    found.push(`${kind} ${text} ${line}:${column}`);
  }
  return found;
}

const read: Record<string, [source: string, tokens: string[], options?: LexerOptions]> = {
  "names and punctuation": ["a.b_1::c;", [
    ...["name a 1:1", "punctuation . 1:2", "name b_1 1:3", "punctuation : 1:6", "punctuation : 1:7", "name c 1:8"],
    "punctuation ; 1:9",
  ]],
  "numbers": ["1 0x1F 1.5 .5 1e3 1.", [
    ...["integer 1 1:1", "integer 0x1F 1:3", "float 1.5 1:8", "float .5 1:12", "float 1e3 1:15", "float 1. 1:19"],
  ]],
  "texts of both quotes": [`"a'b" 'c"d'`, [`text a'b 1:1`, `text c"d 1:7`]],
  "escapes": [
    String.raw`"\x41\101\n\t\\\"\'\u00e4\U0001F600\303\244"`,
    ["text AA\n\t\\\"'ä😀ä 1:1"],
  ],
  "lines and byte order marks": ["\uFEFFa\r\n  b\n", ["name a 1:2", "name b 2:3"]],
  "comments": ["a // b\n/* c\n d */ e", ["name a 1:1", "name e 3:7"]],
  "hashes as comments": ["a # b\nc", ["name a 1:1", "name c 2:1"], { lineComments: ["//", "#"] }],
  "hashes as punctuation": ["#include", ["punctuation # 1:1", "name include 1:2"]],
  "nothing": [" \n // a", []],
};

for (const [name, [source, expected, options]] of Object.entries(read)) {
  Deno.test(`the lexer reads ${name}`, () => assertEquals(tokens(source, options), expected));
}

const refused: Record<string, [source: string, message: string]> = {
  "a comment without an end": ["a\n /* b", "2:2: the comment has no end"],
  "a text without an end": ['\n"a\n"', "2:1: the text has no end on its line"],
  "a number that goes on as a name": ["12ab", '1:1: "12ab" is no number'],
  "two points in a number": ["1.2.3", '1:1: "1.2.3" is no number'],
  "an unknown escape": [String.raw`a "\q"`, String.raw`1:3: the text has an unknown escape \q`],
  "bytes that are no text": [String.raw`"\xff"`, "1:1: the text is no UTF-8"],
  "a character beyond Unicode": [String.raw`"\U00110000"`, String.raw`1:1: the text has no character \U00110000`],
  "a control character": ["a \0", '1:3: unexpected character "\\u0000"'],
  "a letter that isn't ASCII": ["ä", '1:1: unexpected character "ä"'],
};

for (const [name, [source, message]] of Object.entries(refused)) {
  Deno.test(`the lexer refuses ${name}`, () => void assertThrows(() => tokens(source), IdlError, message));
}

Deno.test("the lexer bounds the text", () => {
  assertThrows(() => new Lexer(" ".repeat(maxText + 1)), IdlError, "1:1: the text is longer than 10000000");
});

Deno.test("the lexer takes long texts in time", () => {
  const times = (part: string) => part.repeat(1_000_000 / part.length);
  for (
    const text of [times("//\n"), times("/**/"), times("\n"), times("a"), `"${times("\\n")}"`, times("''"), times("((")]
  ) {
    const lexer = new Lexer(text);
    for (let i = 0; i < 1000; i++) lexer.next();
  }
});

Deno.test("the lexer bounds nesting, and levels that were left don't count", () => {
  const lexer = new Lexer("a"),
    deeper = (levels: number): void => {
      if (levels > 0) lexer.nested(() => deeper(levels - 1));
    };
  for (let i = 0; i < 3; i++) deeper(maxNesting);
  assertThrows(() => deeper(maxNesting + 1), IdlError, "1:1: nesting is deeper than 64");
});

const docs: Record<
  string,
  [source: string, doc: string | undefined, trailing?: string | undefined, options?: LexerOptions]
> = {
  "before it": ["// one\n// two\nb", "one\ntwo"],
  "in a block with stars": ["/**\n * one\n *   two\n *\n * three\n */\nb", "one\n  two\n\nthree"],
  "in a block without": ["/* one\n   two */ b", "one\ntwo"],
  "behind the token before": ["// one\nb", "one", "zero"],
  "but not across a blank line": ["// one\n\nb", undefined],
  "but only what is adjacent": ["// one\n\n// two\nb", "two"],
  "that are marked": ["// one\n/// two\n/** three */\nb", "two\nthree", undefined, { docs: "marked" }],
  "but not those that aren't": ["// one\n/* two */ b", undefined, undefined, { docs: "marked" }],
};

for (const [name, [source, doc, trailing, options]] of Object.entries(docs)) {
  Deno.test(`the lexer keeps comments ${name}`, () => {
    const lexer = new Lexer(`a${trailing === undefined ? "" : ` // ${trailing}`}\n${source}`, options);
    lexer.next();
    assertEquals([lexer.peek.doc, lexer.peek.trailing], [doc, trailing]);
  });
}

const wrong: Record<string, [source: string, take: (lexer: Lexer) => unknown, message: string]> = {
  "another word": ["a", (lexer) => lexer.expect("b"), '1:1: got "a", want "b"'],
  "a word in quotes": ['"b"', (lexer) => lexer.expect("b"), '1:1: got a text, want "b"'],
  "the end": ["", (lexer) => lexer.name("a name of a field"), "1:1: got the end, want a name of a field"],
  "a number for a name": ["1", (lexer) => lexer.name(), '1:1: got "1", want a name'],
  "a name for a text": ["a", (lexer) => lexer.text(), '1:1: got "a", want a text in quotes'],
  "a float for an integer": ["1.5", (lexer) => lexer.integer(), '1:1: got "1.5", want an integer'],
  "an integer out of range": ["-7", (lexer) => lexer.integerIn(1, 9, "a tag"), "1:1: -7 is not a tag from 1 to 9"],
  "an octal number with a 9": ["09", (lexer) => lexer.integer(), "09 is no octal number"],
};

for (const [name, [source, take, message]] of Object.entries(wrong)) {
  Deno.test(`the lexer says where it got ${name}`, () => {
    assertThrows(() => take(new Lexer(source)), IdlError, message);
  });
}

const integers: [source: string, value: bigint, options?: LexerOptions][] = [
  ["0", 0n],
  ["-0x10", -16n],
  ["+7", 7n],
  ["017", 15n],
  ["017", 17n, { octal: false }],
  ["18446744073709551615", 18446744073709551615n],
];

for (const [source, value, options] of integers) {
  Deno.test(`the lexer takes ${source} as ${value}`, () => assertEquals(new Lexer(source, options).integer(), value));
}
