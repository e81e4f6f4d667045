/**
 * .proto files with parts left out, exchanged and put in: protoc refuses what we refuse.
 *
 * @module
 */
import { assert } from "@std/assert";
import { Random } from "../../random_test.ts";
import { IdlError } from "../idl.ts";
import { readProto } from "../proto.ts";
import { goodProtos } from "./cases_test.ts";
import { needsProtoc, note, protoc } from "../protoc_test.ts";

const texts = Object.values(goodProtos);

function partsOf(text: string): string[] {
  return text.match(/\s+|[A-Za-z_]\w*|\d+|"[^"]*"|[^\s\w]/g)!;
}

const words = texts.flatMap(partsOf).filter((part) => part.trim() !== "");

/** One of the texts, with a part or two changed. */
function spoilt(random: Random): string {
  const parts = partsOf(random.one(texts));
  for (let n = 1 + random.below(2); n > 0; n--) {
    const at = random.below(parts.length), other = random.below(parts.length);
    const change = random.below(4);
    if (change === 0) parts.splice(at, 1);
    else if (change === 1) parts[at] = ` ${random.one(words)} `;
    else if (change === 2) parts.splice(at, 0, ` ${random.one(words)} `);
    else [parts[at], parts[other]] = [parts[other]!, parts[at]!];
  }
  return parts.join("");
}

/** What is wrong with `text`; undefined when nothing is. */
function problemOf(text: string): string | undefined {
  try {
    readProto(text);
    return undefined;
  } catch (error) {
    assert(error instanceof IdlError, `${error}\n${text}`);
    return error.message;
  }
}

Deno.test("spoilt .proto files are read, or refused with a place", () => {
  const random = new Random(1);
  let read = 0, refused = 0;
  for (let n = 0; n < 5000; n++) {
    const problem = problemOf(spoilt(random));
    if (problem === undefined) read++;
    else {
      assert(/^\d+:\d+: ./.test(problem), problem);
      refused++;
    }
  }
  assert(read > 500 && refused > 500, `${read} read, ${refused} refused`);
});

Deno.test({
  ...needsProtoc,
  name: `protoc takes no .proto file that we refuse${note}`,
  async fn() {
    const random = new Random(2);
    let judged = 0;
    for (let n = 0; n < 150; n++) {
      const text = spoilt(random), problem = problemOf(text);
      if (problem === undefined || /not supported/.test(problem)) continue;
      assert(await protoc(text) === undefined, `${problem}\n${text}`);
      judged++;
    }
    assert(judged > 80, `${judged} judged`);
  },
});
