/**
 * A service from a .thrift document, called by us and answered by Apache's Python library, and the reverse.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { readThrift } from "../idl/thrift.ts";
import type { Type } from "../schema/type.ts";
import { codecs, type Name } from "./hex_test.ts";
import { errorOfThrift, readThriftMessage, ThriftException, thriftOfError, writeThriftMessage } from "./message.ts";
import { thriftMethod } from "./method.ts";
import { askPython, needsPython, note } from "./python_rig_test.ts";

const document = `namespace * calc
exception Bad {
  1: string why
}
struct Sum {
  1: list<i64> parts
  2: optional i64 sum
}
service Base {
  void ping()
}
service Calculator extends Base {
  i32 add(1: i32 a, 2: i32 b) throws (1: Bad bad)
  Sum sum(1: Sum sum)
  void check(1: bool good) throws (1: Bad bad)
}`;

/** Lines: `[protocol, "process", hex]` answers a call, `"send"` writes one, `"receive"` reads a reply to it. */
const SCRIPT = `
import json
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.protocol.TCompactProtocol import TCompactProtocol
from thrift.transport.TTransport import TMemoryBuffer
from calc import Calculator
from calc.ttypes import Bad, Sum

protocols = {"thrift": TBinaryProtocol, "thrift_compact": TCompactProtocol}

class Handler:
    def ping(self): pass
    def add(self, a, b):
        if a < 0: raise Bad(why="negative")
        return a + b
    def sum(self, sum): return Sum(parts=sum.parts, sum=sum.sum and sum.sum + 1)
    def check(self, good):
        if not good: raise Bad(why="not good")

def process(protocol, data):
    source, target = TMemoryBuffer(bytes.fromhex(data)), TMemoryBuffer()
    Calculator.Processor(Handler()).process(protocol(source), protocol(target))
    return target.getvalue().hex()

def send(protocol, method, *args):
    buffer = TMemoryBuffer()
    getattr(Calculator.Client(protocol(buffer)), "send_" + method)(*args)
    return buffer.getvalue().hex()

def receive(protocol, method, data):
    try:
        return ["returned", getattr(Calculator.Client(protocol(TMemoryBuffer(bytes.fromhex(data)))), "recv_" + method)()]
    except Bad as error:
        return ["Bad", error.why]
    except Exception as error:
        return [type(error).__name__, error.message]

for line in sys.stdin:
    name, verb, *rest = json.loads(line)
    print(json.dumps(globals()[verb](protocols[name], *rest)))
`;

const { services } = readThrift(document), service = services[1]!;

function message(
  name: Name,
  method: string,
  type: "call" | "reply" | "exception",
  struct: Type,
  value: unknown,
): string {
  const writer = new Writer();
  writeThriftMessage(writer, { name: method, type, sequence: 0 }, name);
  codecs[name].compile<unknown>(struct).encode(value, writer);
  return writer.slice().toHex();
}

/** What `hex` says: the head's type, and the struct that follows it. */
function understood(name: Name, hex: string, kind: "args" | "result"): readonly [type: string, value: unknown] {
  const reader = new Reader(Uint8Array.fromHex(hex)), { name: method, type } = readThriftMessage(reader, name);
  const struct = type === "exception" ? ThriftException : thriftMethod(service, method)[kind];
  return [type, codecs[name].compile<unknown>(struct).decode(reader)];
}

/** Calls of ours, and what Python's server answers. */
const calls: readonly (readonly [method: string, args: unknown, type: string, result: unknown])[] = [
  ["ping", {}, "reply", {}],
  ["add", { a: 2, b: -5 }, "reply", { success: -3 }],
  ["add", { a: -1, b: 0 }, "reply", { bad: { why: "negative" } }],
  ["sum", { sum: { parts: [1n, -(2n ** 63n)] } }, "reply", { success: { parts: [1n, -(2n ** 63n)] } }],
  ["sum", { sum: { parts: [], sum: 2n ** 40n } }, "reply", { success: { parts: [], sum: 2n ** 40n + 1n } }],
  ["check", { good: true }, "reply", {}],
  ["check", { good: false }, "reply", { bad: { why: "not good" } }],
];

for (const name of Object.keys(codecs) as Name[]) {
  Deno.test({
    name: `${name} calls a service in Python${note}`,
    ...needsPython,
    async fn() {
      const lines = calls.map(([method, args]) => [
        name,
        "process",
        message(name, method, "call", thriftMethod(service, method).args, args),
      ]);
      lines.push([name, "process", message(name, "divide", "call", thriftMethod(service, "ping").args, {})]);
      const answers = await askPython(SCRIPT, document, lines) as string[], unknown = answers.pop()!;
      assertEquals(
        answers.map((hex) => understood(name, hex, "result")),
        calls.map(([, , type, result]) => [type, result] as const),
      );
      const [type, exception] = understood(name, unknown, "result");
      assertEquals([type, errorOfThrift(exception as ThriftException).code], ["exception", "unimplemented"]);
    },
  });

  Deno.test({
    name: `${name} answers a client in Python${note}`,
    ...needsPython,
    async fn() {
      const sends = [[name, "send", "add", 2, 3], [name, "send", "check", false], [name, "send", "ping"]];
      const sent = await askPython(SCRIPT, document, sends) as string[];
      assertEquals(sent.map((hex) => understood(name, hex, "args")), [
        ["call", { a: 2, b: 3 }],
        ["call", { good: false }],
        ["call", {}],
      ]);
      const result = (method: string, value: unknown) => {
        return message(name, method, "reply", thriftMethod(service, method).result, value);
      };
      const failure = thriftOfError(new RpcError("internal", "broken"));
      const replies = [
        [name, "receive", "add", result("add", { success: 5 })],
        [name, "receive", "add", result("add", { bad: { why: "no" } })],
        [name, "receive", "check", result("check", {})],
        [name, "receive", "ping", result("ping", {})],
        [name, "receive", "add", message(name, "add", "exception", ThriftException, failure)],
      ];
      assertEquals(await askPython(SCRIPT, document, replies), [
        ["returned", 5],
        ["Bad", "no"],
        ["returned", null],
        ["returned", null],
        ["TApplicationException", "broken"],
      ]);
    },
  });
}
