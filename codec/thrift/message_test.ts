import { assertEquals, assertThrows } from "@std/assert";
import { type Code, Reader, RpcError, Writer } from "../../protocol/mod.ts";
import { bidi, service, unary } from "../schema/service.ts";
import * as t from "../schema/words.ts";
import { codecs, type Name } from "./hex_test.ts";
import { errorOfThrift, readThriftMessage, thriftOfError, writeThriftMessage } from "./message.ts";
import { thriftMethod } from "./method.ts";

const Hello = t.struct("demo.Hello", { name: t.field(1, t.string) });
const AddArgs = t.struct("demo.DemoAddArgs", { a: t.field(1, t.int32), b: t.field(2, t.int32) });
const AddResult = t.union("demo.DemoAddResult", { success: t.field(0, t.int32), bad: t.field(1, Hello) });
const Demo = service("demo.Demo", {
  add: unary(AddArgs, AddResult),
  hello: unary(Hello, t.string),
  chat: bidi(Hello, Hello),
});

/** A call of `add` and its reply, as Apache's compiler and library write them. */
const calls: Record<Name, readonly [call: string, reply: string]> = {
  thrift: [
    "80010001 00000003616464 00000007 080001 00000005 080002 fffffffe 00",
    "80010002 00000003616464 00000007 080000 00000003 00",
  ],
  thrift_compact: ["8221 07 03616464 150a 1503 00", "8241 07 03616464 050006 00"],
};

for (const [name, [call, reply]] of Object.entries(calls) as [Name, (typeof calls)[Name]][]) {
  Deno.test(`${name} writes and reads a call and its reply as messages`, () => {
    const { args, result } = thriftMethod(Demo, "add");
    assertEquals([args, result], [AddArgs, AddResult]);
    for (
      const [hex, type, value, struct] of [[call, "call", { a: 5, b: -2 }, args], [
        reply,
        "reply",
        { success: 3 },
        result,
      ]] as const
    ) {
      const writer = new Writer(),
        coder = codecs[name].compile<unknown>(struct),
        head = { name: "add", type, sequence: 7 };
      writeThriftMessage(writer, head, name);
      coder.encode(value, writer);
      assertEquals(writer.slice().toHex(), hex.replaceAll(" ", ""));
      const reader = new Reader(writer.slice());
      assertEquals([readThriftMessage(reader, name), coder.decode(reader)], [head, value]);
    }
  });
}

Deno.test("thriftMethod wraps requests and replies that are not from Thrift", () => {
  const { args, result } = thriftMethod(Demo, "hello");
  assertEquals(args.fields.map(({ tag, key, type }) => [tag, key, type]), [[1, "request", Hello]]);
  assertEquals(result.fields.map(({ tag, key, type }) => [tag, key, type]), [[0, "success", t.string]]);
  assertEquals([args.name, result.name], ["demo.DemoHelloArgs", "demo.DemoHelloResult"]);
  assertThrows(() => thriftMethod(Demo, "toString"), TypeError, "Cannot find method toString of demo.Demo");
  assertThrows(() => thriftMethod(Demo, "chat"), TypeError, "Cannot use demo.Demo.chat: Thrift has no streams");
});

const refused: readonly (readonly [what: string, name: Name, hex: string, message: string])[] = [
  ["nothing", "thrift", "", "2 bytes wanted, 0 left"],
  ["nothing", "thrift_compact", "", "1 byte wanted, 0 left"],
  ["a head without a version", "thrift", "00000003 616464 01 00000007", "got the version 0x0, want 0x8001"],
  ["another version", "thrift", "80020001 00000000 00000000", "got the version 0x8002, want 0x8001"],
  ["a name of 2^31-1", "thrift", "80010001 7fffffff", "2147483647 bytes wanted, 0 left"],
  ["a name of -1", "thrift", "80010001 ffffffff", "a length of -1"],
  ["a name that is no UTF-8", "thrift", "80010001 00000001 ff 00000000", "text is not valid UTF-8"],
  ["half a sequence", "thrift", "80010001 00000000 0000", "4 bytes wanted, 2 left"],
  ["type 0", "thrift", "80010000 00000000 00000000", "got message type 0, want 1 to 4"],
  ["type 5", "thrift_compact", "82a1 00 00", "got message type 5, want 1 to 4"],
  ["another protocol", "thrift_compact", "8021 00 00", "got the protocol 0x80, want 0x82"],
  ["another version", "thrift_compact", "8222 00 00", "got version 2, want 1"],
  ["a sequence that never ends", "thrift_compact", "8221 ffffffffffff", "got an integer of more than 32 bits"],
  ["a name of 2^32-1", "thrift_compact", "8221 00 ffffffff0f", "4294967295 bytes wanted, 0 left"],
];

for (const [what, name, hex, message] of refused) {
  Deno.test(`${name} refuses a message of ${what}`, () => {
    const reader = new Reader(Uint8Array.fromHex(hex.replaceAll(" ", "")));
    const error = assertThrows(() => readThriftMessage(reader, name), RpcError);
    assertEquals([error.code, error.message], ["invalid_argument", `Cannot decode a Thrift message: ${message}`]);
  });
}

Deno.test("a message beyond the writer's limit is not written", () => {
  const writer = new Writer(16);
  writer.limit = 20;
  const head = { name: "x".repeat(100), type: "call", sequence: 1 } as const;
  const error = assertThrows(() => writeThriftMessage(writer, head, "thrift"), RpcError);
  assertEquals([error.code, writer.pos], ["resource_exhausted", 0]);
});

const exceptions: readonly (readonly [type: number | undefined, code: Code])[] = [
  [undefined, "unknown"],
  [0, "unknown"],
  [1, "unimplemented"],
  [2, "invalid_argument"],
  [3, "internal"],
  [5, "internal"],
  [6, "internal"],
  [7, "invalid_argument"],
  [9, "unimplemented"],
  [11, "unknown"],
  [-1, "unknown"],
];

Deno.test("errorOfThrift tells what a server's exception means", () => {
  for (const [type, code] of exceptions) {
    const error = errorOfThrift({ message: "no", type });
    assertEquals([error.code, error.message, error.details], [code, "no", { type: type ?? 0 }]);
  }
  assertEquals(errorOfThrift({}).message, "");
});

Deno.test("thriftOfError keeps what Thrift has a type for", () => {
  const of = (code: Code) => thriftOfError(new RpcError(code, "no"));
  assertEquals(of("unimplemented"), { message: "no", type: 1 });
  assertEquals(of("internal"), { message: "no", type: 6 });
  assertEquals(of("invalid_argument"), { message: "no", type: 7 });
  assertEquals(of("deadline_exceeded"), { message: "deadline_exceeded: no", type: 0 });
});
