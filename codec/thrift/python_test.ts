/**
 * Thrift against Apache's Python library and the code that Apache's compiler writes for it: random definitions as .thrift
 * documents, random values, in both directions and both protocols.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { readThrift, writeThrift } from "../idl/thrift.ts";
import { RandomThrift } from "../idl/thrift/random_test.ts";
import { difference } from "../same.ts";
import type { StructType, Type } from "../schema/type.ts";
import { codecs, decode, encode, type Name } from "./hex_test.ts";
import { errorOfThrift, readThriftMessage, ThriftException, thriftOfError, writeThriftMessage } from "./message.ts";
import { askPython, needsPython, note } from "./python_rig_test.ts";

/**
 * Reads lines of JSON `[class, {protocol: hex}]`, and writes for each `{protocol: {protocol: hex}}`: what it read in one
 * protocol, written in both. Class names with a dot are those of the service's arguments and results; `message` is the head of
 * a message, `exception` Thrift's own.
 */
const SCRIPT = `
import json, sys
from thrift.Thrift import TApplicationException
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.protocol.TCompactProtocol import TCompactProtocol
from thrift.transport.TTransport import TMemoryBuffer
from rnd.pack import Service, ttypes

protocols = {"thrift": TBinaryProtocol, "thrift_compact": TCompactProtocol}

class Head:
    def read(self, protocol):
        self.parts = protocol.readMessageBegin()
    def write(self, protocol):
        protocol.writeMessageBegin(*self.parts)
    def __eq__(self, other):
        return self.parts == other.parts

def make(name):
    if name == "message": return Head()
    if name == "exception": return TApplicationException()
    return getattr(Service if name.endswith(("_args", "_result")) else ttypes, name)()

def read(name, protocol, data):
    value, buffer = make(name), TMemoryBuffer(bytes.fromhex(data))
    value.read(protocols[protocol](buffer))
    assert buffer.read(1) == b"", "bytes are left"
    return value

def written(value):
    result = {}
    for name, protocol in protocols.items():
        buffer = TMemoryBuffer()
        value.write(protocol(buffer))
        result[name] = buffer.getvalue().hex()
    return result

for line in sys.stdin:
    name, data = json.loads(line)
    values = {protocol: read(name, protocol, hex) for protocol, hex in data.items()}
    assert name == "exception" or values["thrift"] == values["thrift_compact"], name
    print(json.dumps({protocol: written(value) for protocol, value in values.items()}))
`;

type Hexes = Record<Name, string>;

const names = Object.keys(codecs) as Name[];

/** Values of one type, and what Python calls it. */
interface Sample {
  readonly python: string;
  readonly type: Type;
  readonly value: unknown;
}

function hexesOf({ type, value }: Sample): Hexes {
  return { thrift: encode("thrift", type, value), thrift_compact: encode("thrift_compact", type, value) };
}

/** `value` with its sets in an order of ours, since Python has its own. */
function sorted(value: unknown): unknown {
  if (value instanceof Set) return [...value].sort((a, b) => String(a) < String(b) ? -1 : 1);
  if (value instanceof Map) return new Map([...value].map(([key, inner]) => [key, sorted(inner)]));
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sorted(inner)]));
}

/** Whether a set is somewhere in `value`. */
function hasSet(value: unknown): boolean {
  if (value instanceof Set) return true;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
  return (value instanceof Map ? [...value.values()] : Object.values(value)).some(hasSet);
}

/** Types of a random document with some values of each: structs, and the arguments and results of methods. */
function samplesOf(random: RandomThrift, document: string): Sample[] {
  const { types } = readThrift(document);
  return types.filter((type): type is StructType => type.kind === "struct").flatMap((type) => {
    const method = /Service(Method\d+)(Args|Result)$/.exec(type.name);
    const python = method
      ? `${method[1]!.replace("M", "m")}_${method[2]!.toLowerCase()}`
      : type.name.replace("rnd.pack.", "");
    return Array.from({ length: 10 }, () => ({ python, type, value: random.value(type) }));
  });
}

Deno.test({
  name: `thrift reads and writes what python3-thrift writes and reads${note}`,
  ...needsPython,
  async fn() {
    for (let seed = 11; seed <= 12; seed++) {
      const random = new RandomThrift(seed), document = writeThrift(random.idl(80, false));
      const samples = samplesOf(random, document);
      assert([/^S/, /_args$/, /_result$/].every((kind) => samples.some(({ python }) => kind.test(python))));
      const answers = await askPython(
        SCRIPT,
        document,
        samples.map((sample) => [sample.python, hexesOf(sample)]),
      ) as Record<Name, Hexes>[];
      assertEquals(answers.length, samples.length);
      for (const [i, sample] of samples.entries()) {
        const ours = hexesOf(sample), isOrdered = !hasSet(sample.value);
        for (const [read, wrote] of names.flatMap((a) => names.map((b) => [a, b] as const))) {
          const hex = answers[i]![read][wrote];
          assertEquals(difference(sorted(decode(wrote, sample.type, hex)), sorted(sample.value)), undefined);
          if (isOrdered) assertEquals(hex, ours[wrote]);
        }
      }
    }
  },
});

const messages = [
  { name: "add", type: "call", sequence: 1 },
  { name: "é", type: "reply", sequence: -1 },
  { name: "", type: "exception", sequence: 0x7fff_ffff },
  { name: "x".repeat(200), type: "oneway", sequence: -0x8000_0000 },
] as const;

Deno.test({
  name: `thrift's messages are python3-thrift's${note}`,
  ...needsPython,
  async fn() {
    const heads = messages.map((message) => {
      const hexes = names.map((name) => {
        const writer = new Writer();
        writeThriftMessage(writer, message, name);
        return [name, writer.slice().toHex()] as const;
      });
      return Object.fromEntries(hexes) as Hexes;
    });
    const errors = [
      new RpcError("unimplemented", "no method é"),
      new RpcError("internal", ""),
      new RpcError("aborted", "x"),
    ];
    const exceptions = errors.map((error) =>
      hexesOf({ python: "", type: ThriftException, value: thriftOfError(error) })
    );
    const document = "namespace * rnd.pack\nstruct S {}\nservice Service {}";
    const lines = [
      ...heads.map((hex) => ["message", hex] as const),
      ...exceptions.map((hex) => ["exception", hex] as const),
    ];
    const answers = await askPython(SCRIPT, document, lines) as Record<Name, Hexes>[];
    for (const [i, [, hexes]] of lines.entries()) for (const name of names) assertEquals(answers[i]![name], hexes);
    for (const [i, message] of messages.entries()) {
      for (const name of names) {
        const reader = new Reader(Uint8Array.fromHex(heads[i]![name]));
        assertEquals([readThriftMessage(reader, name), reader.left], [message, 0]);
      }
    }
    const told = exceptions.map((hex) =>
      errorOfThrift(decode("thrift", ThriftException, hex.thrift) as ThriftException)
    );
    assertEquals(told.map(({ code, message }) => [code, message]), [
      ["unimplemented", "no method é"],
      ["internal", ""],
      ["unknown", "aborted: x"],
    ]);
    assert(told.every((error) => error instanceof RpcError));
  },
});
