/**
 * Bytes of codec pb, with schemas read from .proto files, against python3-protobuf with those of protoc.
 *
 * @module
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Reader, Writer } from "../../../protocol/mod.ts";
import { pb } from "../../pb.ts";
import { Random } from "../../random_test.ts";
import { difference } from "../../same.ts";
import type { AnyType, StructType } from "../../schema/type.ts";
import { describeType } from "../describe.ts";
import { readProto } from "../proto.ts";
import { goodProtos } from "./cases_test.ts";
import { needsProtoc, protoc } from "../protoc_test.ts";

const PYTHON = "/usr/bin/python3";

/** Reads lines `[descriptor set hex, name of the message, [bytes hex]]` and writes, for each, what it makes of those bytes. */
const SCRIPT = `
import json, sys
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
for line in sys.stdin:
    files, name, messages = json.loads(line)
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(bytes.fromhex(files)).file:
        pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    made = factory.GetPrototype(pool.FindMessageTypeByName(name))
    print(json.dumps([made.FromString(bytes.fromhex(one)).SerializeToString(deterministic=True).hex() for one in messages]))
`;

async function python(lines: readonly string[]): Promise<string[][]> {
  const child = new Deno.Command(PYTHON, { args: ["-c", SCRIPT], stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const input = new Blob([lines.join("\n")]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  await input;
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}

async function isThere(): Promise<boolean> {
  try {
    const args = ["-c", "import google.protobuf"];
    return (await new Deno.Command(PYTHON, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Files whose lists of numbers aren't packed, as codec pb writes them; it reads both. */
const unpacked = ["options of every form", "proto2", "proto2, told"];

/** Some values of a message, and their bytes. */
interface Sample {
  readonly file: string;
  readonly type: StructType;
  readonly set: string;
  readonly values: unknown[];
  readonly bytes: string[];
}

async function samplesOf([file, text]: [string, string], random: Random): Promise<Sample[]> {
  const set = toBinary(FileDescriptorSetSchema, (await protoc(text))!).toHex();
  const structs = readProto(text).types.filter((type) => type.kind === "struct");
  return structs.map((type) => {
    const values = Array.from({ length: 20 }, () => random.value(type)), coder = pb.compile(type);
    const bytes = values.map((value) => {
      const writer = new Writer();
      coder.encode(value, writer);
      return writer.slice().toHex();
    });
    return { file, type, set, values, bytes };
  });
}

/** Entries of maps have no order of their own. */
function hasMap(type: StructType, seen: Set<string> = new Set()): boolean {
  if (seen.has(type.name)) return false;
  seen.add(type.name);
  return type.fields.some(({ type }) => {
    if (describeType(type).includes("map<")) return true;
    const inner = type as AnyType & { inner?: AnyType; element?: AnyType };
    const part = inner.inner ?? inner.element ?? inner, struct = part.kind === "lazy" ? part.get() as AnyType : part;
    return struct.kind === "struct" && hasMap(struct, seen);
  });
}

const ignore = needsProtoc.ignore || !await isThere();

Deno.test({
  name: `python writes the same bytes as codec pb with a schema from a .proto file${
    ignore ? " (protoc or python3-protobuf is missing)" : ""
  }`,
  ignore,
  async fn() {
    const random = new Random(9), samples: Sample[] = [];
    for (const entry of Object.entries(goodProtos)) samples.push(...await samplesOf(entry, random));
    const answers = await python(samples.map(({ set, type, bytes }) => JSON.stringify([set, type.name, bytes])));
    let same = 0;
    samples.forEach(({ file, type, values, bytes }, i) => {
      const coder = pb.compile(type), isExact = !hasMap(type) && !unpacked.includes(file);
      answers[i]!.forEach((hex, n) => {
        const value = coder.decode(new Reader(Uint8Array.fromHex(hex)));
        assertStrictEquals(difference(value, coder.decode(new Reader(Uint8Array.fromHex(bytes[n]!)))), undefined);
        if (isExact) assertEquals(bytes[n], hex, `${type.name}: ${JSON.stringify(values[n], (_, v) => String(v))}`);
        if (isExact) same++;
      });
    });
    assert(same > 200, `${same} messages without maps`);
  },
});
