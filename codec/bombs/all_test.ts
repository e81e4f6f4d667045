/**
 * Every codec of the table refuses messages as bad as they can be: with an RpcError that names the type, the field's path
 * and the limit, soon, and without taking memory for what is only announced.
 *
 * @module
 */
import { assert, assertEquals, assertInstanceOf, assertMatch } from "@std/assert";
import { Reader, RpcError } from "../../protocol/mod.ts";
import { type CodecName, codecs, loadCodec } from "../mod.ts";
import { apacheBombs } from "./apache_test.ts";
import { type Bomb, MIB } from "./bomb_test.ts";
import { taggedBombs } from "./tagged_test.ts";
import { textBombs } from "./text_test.ts";

const bombs: Readonly<Record<string, readonly Bomb[]>> = { ...taggedBombs, ...apacheBombs, ...textBombs };

/** Far more than any takes, far less than any announces. */
const maxMs = 5000, maxBytes = 150 * MIB;

function memory(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

function outcomeOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

for (const name of (Object.keys(codecs) as CodecName[]).filter((name) => name !== "none")) {
  Deno.test(`${name} has messages to refuse`, () => assert(bombs[name] !== undefined));

  for (const { name: what, type, bytes, says } of bombs[name] ?? []) {
    Deno.test(`${name} refuses ${what}`, async () => {
      const coder = (await loadCodec(name)).compile(type), reader = new Reader(bytes());
      const start = performance.now(), before = memory(), error = outcomeOf(() => coder.decode(reader));
      const took = performance.now() - start, grown = memory() - before;
      assertInstanceOf(error, RpcError);
      assert(["invalid_argument", "resource_exhausted"].includes(error.code), error.code);
      const [head = "", tail] = `Cannot decode ${says}`.split("*");
      if (tail === undefined) assertEquals(error.message, head);
      else assert(error.message.startsWith(head) && error.message.endsWith(tail), error.message);
      assertMatch(error.message, /^.{1,400}$/s);
      assert(took < maxMs, `it took ${took} ms`);
      assert(grown < maxBytes, `it took ${grown} bytes`);
    });
  }
}
