/**
 * Thrift on spoilt bytes: an RpcError, or a value that the codec writes and reads again.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { typeWithValues } from "../arbitrary_test.ts";
import { difference } from "../same.ts";
import { codecs } from "./hex_test.ts";

const spoil = fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom("set", "insert", "remove")), {
  minLength: 1,
  maxLength: 3,
});

for (const [name, codec] of Object.entries(codecs)) {
  Deno.test(`${name} answers spoilt bytes with an RpcError or a value`, () => {
    const seen = { values: 0, errors: 0 };
    fc.assert(
      fc.property(typeWithValues([]), spoil, ({ type, values }, changes) => {
        const coder = codec.compile(type), writer = new Writer();
        coder.encode(values[0], writer);
        const bytes = [...writer.slice()];
        for (const [at, byte, change] of changes) {
          bytes.splice(at % (bytes.length + 1), change === "insert" ? 0 : 1, ...change === "remove" ? [] : [byte]);
        }
        let value: unknown;
        try {
          value = coder.decode(new Reader(Uint8Array.from(bytes)));
        } catch (error) {
          assert(error instanceof RpcError && error.code === "invalid_argument", `${error}`);
          seen.errors++;
          return;
        }
        writer.pos = 0;
        coder.encode(value, writer);
        assertEquals(difference(coder.decode(new Reader(writer.slice())), value), undefined);
        seen.values++;
      }),
      { seed: 3, numRuns: 5000 },
    );
    assert(seen.values > 100 && seen.errors > 100, JSON.stringify(seen));
  });
}
