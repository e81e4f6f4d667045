import { assert } from "@std/assert";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { seeded } from "../../testing/mod.ts";
import { randomIdl } from "../idl/arbitrary_idl_test.ts";
import { IdlError } from "../idl/idl.ts";
import { readWsdl, writeWsdl } from "../idl/wsdl.ts";
import { service, unary } from "../schema/service.ts";
import * as t from "../schema/words.ts";
import { soapError, soapFault, soapWith } from "../soap.ts";

/** Pieces that are put where they don't belong. */
const pieces = [
  ...["<", ">", "&", "</", "/>", "&amp;", "<!--", "-->", "<![CDATA[", "]]>", '"', "'", " ", "<a>", "</a>", "\0", "é"],
  ...['xmlns=""', "soap:", "Fault", "Header", "Body", 'soap:mustUnderstand="1"', 'xsi:nil="true"', 'type="xsd:int"'],
  ...['maxOccurs="unbounded"', 'minOccurs="0"', 'ref="tns:One"', 'erpc:tag="3"', 'nillable="true"', "choice", "item"],
];

/** A function that changes a text at some places, the same way for the same `seed`. */
function mutator(seed: number): (text: string) => string {
  const next = seeded(seed), below = (n: number) => Math.floor(next() * n);
  return (text) => {
    for (let n = 1 + below(3); n > 0; n--) {
      const at = below(text.length + 1), end = Math.min(text.length, at + below(20)), from = below(text.length + 1);
      const middles = [
        "",
        pieces[below(pieces.length)]!,
        text.slice(at, end).repeat(2),
        text.slice(from, from + below(60)),
      ];
      text = text.slice(0, at) + middles[below(middles.length)] + text.slice(end);
    }
    return text;
  };
}

/** How many of `count` changed texts `read` takes; every other must be refused with a `Refusal`. */
function taken(
  texts: readonly string[],
  count: number,
  { read, Refusal }: { read: (text: string) => unknown; Refusal: new (...args: never[]) => Error },
): number {
  const mutate = mutator(7);
  let taken = 0;
  for (let i = 0; i < count; i++) {
    try {
      read(mutate(texts[i % texts.length]!));
      taken++;
    } catch (error) {
      assert(error instanceof Refusal, String(error));
    }
  }
  return taken;
}

const Hello = t.struct("demo.Hello", {
  name: t.field(1, t.string),
  tags: t.field(2, t.list(t.string)),
  by: t.field(3, t.map(t.string, t.list(t.int8))),
  at: t.field(4, t.optional(t.timestamp)),
});
const Auth = t.struct("sec.Auth", { user: t.field(1, t.string) });

Deno.test("envelopes that are changed at random are read or refused", () => {
  const codec = soapWith({ headers: [{ type: Auth, write: () => ({ user: "u" }), read() {} }] });
  const coder = codec.compile(Hello), into = new Writer();
  coder.encode({ name: "x", tags: ["a"], by: new Map([["k", [1, 2]]]), at: new Date(0) }, into);
  const error = new RpcError("not_found", "why", { details: { a: 1 }, retryAfterMs: 5 });
  const texts = [into.slice(), soapFault(error), soapFault(error, "1.2")].map((bytes) =>
    new TextDecoder().decode(bytes)
  );
  const bytes = (text: string) => new TextEncoder().encode(text);
  assert(taken(texts, 15_000, { read: (text) => coder.decode(new Reader(bytes(text))), Refusal: RpcError }) > 50);
  assert(taken(texts, 15_000, { read: (text) => soapError(bytes(text)), Refusal: RpcError }) > 50);
});

Deno.test("descriptions that are changed at random are read or refused", () => {
  const texts = [1, 2, 3, 4, 5, 6].map((seed) => {
    const { types } = randomIdl(seed, { length: 5, anything: true }),
      struct = types.find(({ kind }) => kind === "struct")!;
    const services = [service("demo.One", { a: unary(struct, t.string), b: unary(t.string, struct) })];
    return writeWsdl({ types: types.slice(0, 4), services }, { address: "http://127.0.0.1/" });
  });
  assert(taken(texts, 3000, { read: readWsdl, Refusal: IdlError }) > 50);
});
