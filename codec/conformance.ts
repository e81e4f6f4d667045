/**
 * What every codec must do, as cases to run on it: erpc's own run them all, and so may users on theirs.
 *
 * @example
 * ```ts
 * import { codecConformance, loadCodec } from "@erpc/erpc/codec";
 * const pb = await loadCodec("pb");
 * const without = ["any", "tag_zero", "nested", "optional_container", "missing"] as const;
 * for (const { run } of codecConformance(pb, { without })) run();
 * ```
 *
 * @module
 */
import { RpcError } from "../protocol/mod.ts";
import type { Codec, Coder } from "./codec.ts";
import { type Ability, misfitCases, one, typedCases, untypedCases, type ValueCase } from "./conformance_cases.ts";
import { type EvolutionCase, evolutionCases } from "./conformance_evolution.ts";
import { attempt, check, checkThrows, decode, encode, noise, withstands } from "./conformance_trial.ts";
import { Chain, chain, madeCases, madeMisfits } from "./conformance_types.ts";
import { difference } from "./same.ts";
import * as t from "./schema/words.ts";

export type { Ability } from "./conformance_cases.ts";

/** One thing a codec must do. */
export interface CodecCase {
  /** Sentence that says what. */
  readonly name: string;
  /** Throws an Error when the codec does not do it. */
  run(): void;
}

/** What may be said about the codec. */
export interface CodecConformanceOptions {
  /** What it can't do. Such values must then not come back as they were, so that this list can't be too long either. */
  without?: readonly Ability[];
}

/** The cases for `codec`. */
export function* codecConformance(codec: Codec, options: CodecConformanceOptions = {}): Iterable<CodecCase> {
  const lacking = (needs: readonly Ability[]) => needs.filter((need) => options.without?.includes(need));
  for (const values of [...typedCases(), ...madeCases(), ...untypedCases()]) {
    const lacks = lacking(values.needs).join(", ");
    if (lacks !== "") {
      yield { name: `gives back anything but ${values.name} (${lacks})`, run: () => checkFails(codec, values) };
    } else {
      yield { name: `gives back ${values.name}`, run: () => givesBack(codec, values) };
      yield { name: `withstands cuts and flipped bits of ${values.name}`, run: () => isCutAndSpoilt(codec, values) };
    }
  }
  for (const { name, needs, run } of [...misfits(), ...evolutions(), ...others()]) {
    if (lacking(needs).length === 0) yield { name, run: () => run(codec) };
  }
}

interface Case {
  name: string;
  needs: readonly Ability[];
  run(codec: Codec): void;
}

function misfits(): Case[] {
  return [...misfitCases(), ...madeMisfits()].map(({ name, type, value }) => ({
    name: `refuses ${name}`,
    needs: ["schema"],
    run: (codec) => refuses(codec.compile(one(type)), value),
  }));
}

function evolutions(): Case[] {
  return evolutionCases().map((one) => ({ ...one, name: `reads ${one.name}`, run: (codec) => evolves(codec, one) }));
}

function others(): Case[] {
  return Object.entries(otherCases).map(([name, rest]) => ({ name, ...rest }));
}

const otherCases: Readonly<Record<string, Omit<Case, "name">>> = {
  "has a name and a number of one byte": {
    needs: [],
    run: ({ name, id }) => check(name !== "" && id === (id & 0xff), `it has the name "${name}" and the id ${id}`),
  },
  "answers random bytes with an RpcError or a value": {
    needs: [],
    run(codec) {
      const coder = codec.compile(t.bytes);
      for (let seed = 1; seed <= 1000; seed++) withstands(coder, noise(seed % 61, seed));
    },
  },
  "answers random bytes for every schema type with an RpcError or a value": {
    needs: ["schema"],
    run(codec) {
      for (const { type } of [...typedCases(), ...madeCases()].filter(({ needs }) => needs.length === 1)) {
        const coder = codec.compile(type);
        for (let seed = 1; seed <= 100; seed++) withstands(coder, noise(seed % 61, seed));
      }
    },
  },
  "answers random bytes without a schema with an RpcError or a value": {
    needs: ["any"],
    run(codec) {
      const coder = codec.compile();
      for (let seed = 1; seed <= 3000; seed++) withstands(coder, noise(seed % 61, seed));
    },
  },
  "refuses a field named __proto__ when it compiles": {
    needs: ["schema"],
    run(codec) {
      const type = t.struct("test.Bad", { ["__proto__"]: t.field(1, t.string) });
      checkThrows(() => codec.compile(type), TypeError);
    },
  },
  "writes and reads a lone surrogate as itself or as U+FFFD": {
    needs: ["schema"],
    run(codec) {
      const coder = codec.compile(one(t.string));
      for (const field of ["\ud800", "a\udc00b", "\ud800".repeat(300)]) {
        const back = decode(coder, encode(coder, { field })) as { field: string };
        check(back.field === field || back.field === field.toWellFormed(), "the text came back as neither");
      }
    },
  },
  "takes 20 links of a chain and refuses 100, in both directions": {
    needs: ["schema"],
    run(codec) {
      const coder = codec.compile(Chain) as Coder;
      check(difference(decode(coder, encode(coder, chain(20))), chain(20)) === undefined, "20 came back different");
      checkThrows(() => encode(coder, chain(100)), RpcError);
      checkThrows(() => decode(coder, encode(coder, chain(100), 1000)), RpcError);
      const cycle = chain(1);
      cycle.next = cycle;
      checkThrows(() => encode(coder, cycle), RpcError);
    },
  },
  "gives defaults that are nobody else's": {
    needs: ["schema", "evolve", "missing"],
    run(codec) {
      const written = t.struct("test.Empty", {}), list = t.field(1, t.list(t.int32), { default: [1] });
      const bytes = encode(codec.compile(written), {}), coder = codec.compile(t.struct("test.Empty", { list }));
      const first = decode(coder, bytes) as { list: number[] };
      first.list.push(2);
      check(difference(decode(coder, bytes), { list: [1] }) === undefined, "a change of one default changed the next");
    },
  },
  "takes 60 levels and refuses 100, in both directions": {
    needs: ["any"],
    run(codec) {
      const coder = codec.compile();
      check(
        difference(decode(coder, encode(coder, nested(60))), nested(60)) === undefined,
        "60 levels came back different",
      );
      checkThrows(() => encode(coder, nested(100)), RpcError);
      checkThrows(() => decode(coder, encode(coder, nested(100), 1000)), RpcError);
    },
  },
  "refuses a cycle": {
    needs: ["any"],
    run(codec) {
      const cycle: unknown[] = [];
      cycle.push({ cycle });
      checkThrows(() => encode(codec.compile(), cycle), RpcError);
    },
  },
  "refuses functions and symbols": {
    needs: ["any"],
    run(codec) {
      for (const value of [() => 1, Symbol("x")]) checkThrows(() => encode(codec.compile(), value), RpcError);
    },
  },
  "never lets a key __proto__ reach a prototype": {
    needs: ["any"],
    run(codec) {
      const coder = codec.compile();
      const bytes = encode(coder, { "__proto_1": { polluted: true } });
      bytes[indexOf(bytes, "__proto_1") + 8] = "_".charCodeAt(0);
      const { value } = attempt(coder, bytes, 0);
      check(
        value === undefined || Object.getPrototypeOf(value) === Object.prototype,
        "the value has another prototype",
      );
      check(!("polluted" in {}), "Object.prototype was changed");
    },
  },
};

function givesBack(codec: Codec, { type, values }: ValueCase): void {
  const coder = codec.compile(type);
  values.forEach((value, i) => {
    const bytes = encode(coder, value), back = decode(coder, bytes);
    check(difference(back, value) === undefined, `value ${i} came back different at ${difference(back, value)}`);
    check(
      difference(decode(coder, bytes, 0), value) === undefined,
      `value ${i} came back different from the end of memory`,
    );
  });
}

function evolves(codec: Codec, { written, read, value, expected }: EvolutionCase): void {
  const bytes = encode(codec.compile(written), value), coder = codec.compile(read);
  if (expected !== undefined) {
    const found = difference(decode(coder, bytes), expected);
    return check(found === undefined, `it came back different at ${found}`);
  }
  const { message } = checkThrows(() => decode(coder, bytes), RpcError);
  check(message.includes("missing"), `the message does not name the field: ${message}`);
}

/** Every cut and some flipped bits of every short encoding, and some cuts of the long ones. */
function isCutAndSpoilt(codec: Codec, { type, values }: ValueCase): void {
  const coder = codec.compile(type);
  for (const value of values) {
    const bytes = encode(coder, value), step = Math.ceil(bytes.length / 30);
    for (let end = 0; end < bytes.length; end += step) {
      withstands(coder, bytes.subarray(0, end));
      const spoilt = bytes.slice(0, 20_000);
      if (end < spoilt.length) spoilt[end]! ^= 1 << end % 8;
      withstands(coder, spoilt);
    }
  }
}

function refuses(coder: Coder, field: unknown): void {
  const error = checkThrows(() => encode(coder, { field }), RpcError);
  check((error as RpcError).code === "invalid_argument", `the code is ${(error as RpcError).code}`);
  check(error.message.includes("field"), `the message does not name the field: ${error.message}`);
}

function checkFails(codec: Codec, values: ValueCase): void {
  try {
    givesBack(codec, values);
  } catch {
    return;
  }
  throw new Error(`Cannot accept codec: it gives back ${values.name}, without the ability that this needs`);
}

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let i = 1; i < levels; i++) value = i % 2 === 0 ? [value] : { v: value };
  return value;
}

function indexOf(bytes: Uint8Array, text: string): number {
  const at = String.fromCharCode(...bytes).indexOf(text);
  check(at >= 0, `the text ${text} is not in the encoding`);
  return at;
}
