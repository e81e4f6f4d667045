import fc from "fast-check";
import { typeWithValues } from "../arbitrary_test.ts";
import { plainer } from "../plain.ts";
import { Random } from "../random_test.ts";
import * as t from "../schema/words.ts";
import { assertSame } from "./both_ways_test.ts";
import { dialect } from "./dialect.ts";

const utf8 = new TextEncoder();

/** Prints JSON as odd as a seed makes it: blanks, escapes, forms of numbers, repeated and unknown fields. */
class OddPrinter {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  #chance(oneIn: number): boolean {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 8) % oneIn === 0;
  }

  print(value: unknown): string {
    return this.#blank() + this.#bare(value) + this.#blank();
  }

  #bare(value: unknown): string {
    if (this.#chance(60)) {
      return this.#pick(["null", "0", "1e0", '"0"', "[]", "{}", "[[]]", "true", '"NaN"', '"a\\u0062"']);
    }
    if (typeof value === "string") return this.#text(value);
    if (typeof value === "number") return this.#number(value);
    if (Array.isArray(value)) return `[${value.map((one) => this.print(one)).join(",") || this.#blank()}]`;
    if (typeof value !== "object" || value === null) return String(value);
    const entries = Object.entries(value).flatMap((entry) => this.#chance(20) ? [entry, entry] : [entry]);
    if (this.#chance(10)) entries.reverse();
    if (this.#chance(10)) {
      entries.push([this.#pick(["other", "name", "id", "0", "1"]), this.#pick([1, "x", [{ "]": "}" }], null])]);
    }
    return `{${
      entries.map(([key, one]) => `${this.#blank()}${this.#text(key)}${this.#blank()}:${this.print(one)}`).join(",")
    }}`;
  }

  #pick<T>(from: readonly T[]): T {
    return from.find(() => this.#chance(from.length)) ?? from[0]!;
  }

  #blank(): string {
    return this.#chance(8) ? this.#pick([" ", "\n", "\t", "\r", " \n  "]) : "";
  }

  #text(text: string): string {
    const quoted = JSON.stringify(text);
    if (!this.#chance(8)) return quoted;
    const hex = text.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
    return `"${hex.map((digits) => `\\u${digits}`).join("")}"`;
  }

  #number(n: number): string {
    if (!this.#chance(6)) return JSON.stringify(n);
    return this.#pick([n.toExponential(), n.toPrecision(17), `${n}.0`, `${n}e0`, `${n}E-0`, `0${n}`, `"${n}"`]);
  }
}

/** Types of the words that every notation has, and of all the words there are. */
const types = fc.oneof(
  typeWithValues([]),
  fc.integer().map((seed) => {
    const random = new Random(seed), type = random.struct();
    return { type, values: [random.value(type), random.value(type)] };
  }),
);

Deno.test("typed json reads any text like JSON.parse and conform", () => {
  const property = fc.property(types, fc.integer(), ({ type, values }, seed) => {
    const plain = plainer(type, dialect), printer = new OddPrinter(seed);
    for (const value of values) {
      const form = JSON.parse(JSON.stringify(plain(value)));
      assertSame(type, utf8.encode(JSON.stringify(form)));
      for (let i = 0; i < 4; i++) assertSame(type, utf8.encode(printer.print(form)));
    }
  });
  fc.assert(property, { seed: 5, numRuns: 1500 });
});

const alphabet = utf8.encode('{}[]",:\\ \n0123456789-+.eEtrufalsn/\u0001ué');

Deno.test("typed json reads spoilt text like JSON.parse and conform", () => {
  const spoil = fc.array(fc.tuple(fc.nat(1_000_000), fc.nat(2), fc.nat(alphabet.length - 1)), {
    minLength: 1,
    maxLength: 3,
  });
  const property = fc.property(
    types,
    fc.array(spoil, { minLength: 8, maxLength: 8 }),
    ({ type, values }, spoils) => {
      const body = utf8.encode(JSON.stringify(plainer(type, dialect)(values[0])));
      for (const edits of spoils) {
        const bytes = [...body];
        for (const [at, remove, add] of edits) bytes.splice(at % (bytes.length + 1), remove, alphabet[add]!);
        assertSame(type, Uint8Array.from(bytes));
      }
    },
  );
  fc.assert(property, { seed: 6, numRuns: 1500 });
});

Deno.test("typed json reads numbers as JSON.parse does", () => {
  const digits = fc.stringMatching(/^[0-9]{1,25}$/), exponent = fc.stringMatching(/^[eE][-+]?[0-9]{1,3}$/);
  const number = fc.tuple(
    fc.constantFrom("", "-"),
    digits,
    fc.option(digits, { nil: "" }),
    fc.option(exponent, { nil: "" }),
  )
    .map(([sign, whole, part, power]) => `${sign}${whole}${part && "."}${part}${power}`);
  const numbers = [t.double, t.float, t.int32, t.int53, t.int64, t.uint8, t.uint64, t.timestamp];
  fc.assert(
    fc.property(number, fc.constantFrom(...numbers), (text, type) => assertSame(type, utf8.encode(text))),
    { seed: 7, numRuns: 5000 },
  );
});
