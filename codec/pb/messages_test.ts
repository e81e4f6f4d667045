/**
 * Random messages of protobuf's own test_messages_proto3.proto in pb and JSON, against protobuf-es and python3-protobuf.
 *
 * @module
 */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { type DescMessage, fromBinary, fromJsonString, type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import { Reader, Writer } from "../../protocol/mod.ts";
import type { Coder } from "../codec.ts";
import { fromProto } from "../from_proto.ts";
import { json } from "../json.ts";
import { pb } from "../pb.ts";
import { difference } from "../same.ts";
import { compileTestMessages, PROTOC, RandomMessages, runs, testAllTypes } from "./test_messages_test.ts";

const PYTHON = "/usr/bin/python3";

/**
 * Reads the descriptors, then lines `[pb by protobuf-es, pb, JSON]` of one message each; all must mean the same. Writes
 * `[pb, JSON, JSON with zeros and the names of the .proto file]`.
 */
const SCRIPT = `
import json, sys
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
pool = descriptor_pool.DescriptorPool()
for file in descriptor_pb2.FileDescriptorSet.FromString(bytes.fromhex(sys.stdin.readline())).file:
    pool.Add(file)
name = "protobuf_test_messages.proto3.TestAllTypesProto3"
Message = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(name))
write = lambda message: message.SerializeToString(deterministic=True).hex()
for line in sys.stdin:
    theirs, ours, text = json.loads(line)
    message = Message.FromString(bytes.fromhex(theirs))
    assert write(message) == write(Message.FromString(bytes.fromhex(ours))), (theirs, ours)
    assert write(message) == write(json_format.Parse(text, Message())), text
    full = dict(including_default_value_fields=True, preserving_proto_field_name=True)
    print(json.dumps([write(message), json_format.MessageToJson(message), json_format.MessageToJson(message, **full)]))
`;

function encode(coder: Coder, value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  coder.encode(value, writer);
  return writer.slice();
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The codecs and protobuf-es on one message type. */
class Rig {
  readonly desc: DescMessage;
  readonly pb: Coder;
  readonly json: Coder;

  constructor(set: Uint8Array) {
    this.desc = testAllTypes(set);
    const type = fromProto(this.desc);
    this.pb = pb.compile<unknown>(type);
    this.json = json.compile<unknown>(type);
  }

  /** What protobuf-es writes for what it reads. */
  relayed(bytes: Uint8Array): string {
    return toBinary(this.desc, fromBinary(this.desc, bytes)).toHex();
  }

  *messages(random: RandomMessages, count: number): Iterable<Message> {
    for (let n = 0; n < count; n++) yield random.message(this.desc, [0.01, 0.05, 0.3][n % 3]!, 3);
  }
}

const hasProtoc = runs(PROTOC, "--version");

Deno.test({
  name: `pb gives protobuf-es its own messages back${hasProtoc ? "" : ` (${PROTOC} is missing)`}`,
  ignore: !hasProtoc,
  fn() {
    const rig = new Rig(compileTestMessages());
    for (const message of rig.messages(new RandomMessages(1), 600)) {
      const bytes = toBinary(rig.desc, message);
      assertEquals(rig.relayed(encode(rig.pb, rig.pb.decode(new Reader(bytes)))), bytes.toHex());
    }
  },
});

Deno.test({
  name: `json reads what protobuf-es writes and writes what it reads${hasProtoc ? "" : ` (${PROTOC} is missing)`}`,
  ignore: !hasProtoc,
  fn() {
    const rig = new Rig(compileTestMessages());
    for (const message of rig.messages(new RandomMessages(2, { forJson: true }), 600)) {
      const bytes = toBinary(rig.desc, message), value = rig.pb.decode(new Reader(bytes));
      const ours = text(encode(rig.json, value)), theirs = toJsonString(rig.desc, message);
      assertEquals(toBinary(rig.desc, fromJsonString(rig.desc, ours)).toHex(), bytes.toHex(), ours);
      assertStrictEquals(
        difference(rig.json.decode(new Reader(new TextEncoder().encode(theirs))), value),
        undefined,
        theirs,
      );
    }
  },
});

const judges = hasProtoc && runs(PYTHON, "-c", "import google.protobuf");

Deno.test({
  name: `pb writes the bytes of python3-protobuf, and json is what it reads and writes${
    judges ? "" : ` (${PROTOC} or python3-protobuf is missing)`
  }`,
  ignore: !judges,
  async fn() {
    const set = compileTestMessages(), rig = new Rig(set), values: unknown[] = [], lines = [set.toHex()];
    for (const message of rig.messages(new RandomMessages(3, { forJson: true }), 300)) {
      const bytes = toBinary(rig.desc, message), value = rig.pb.decode(new Reader(bytes));
      values.push(value);
      lines.push(JSON.stringify([bytes.toHex(), encode(rig.pb, value).toHex(), text(encode(rig.json, value))]));
    }
    const answers = await python(lines);
    assertEquals(answers.length, values.length);
    answers.forEach(([hex, ...texts], i) => {
      const value = rig.pb.decode(new Reader(Uint8Array.fromHex(hex)));
      assertEquals(encode(rig.pb, value).toHex(), hex);
      assertStrictEquals(difference(value, values[i]), undefined);
      for (const text of texts) {
        const back = rig.json.decode(new Reader(new TextEncoder().encode(text)));
        assertStrictEquals(difference(back, value), undefined, text);
      }
    });
  },
});

async function python(lines: string[]): Promise<[hex: string, ...texts: string[]][]> {
  const child = new Deno.Command(PYTHON, { args: ["-c", SCRIPT], stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const input = new Blob([lines.join("\n")]).stream().pipeTo(child.stdin).catch(() => {});
  const { success, stdout, stderr } = await child.output();
  await input;
  if (!success) throw new Error(text(stderr));
  return text(stdout).trim().split("\n").map((line) => JSON.parse(line));
}
