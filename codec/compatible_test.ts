import { assertEquals, assertRejects } from "@std/assert";
import { compatible, type Incompatibility } from "./compatible.ts";
import { codecs } from "./mod.ts";
import { serverStream, service, unary } from "./schema/service.ts";
import type { Fields, StructOptions, StructType, Type } from "./schema/type.ts";
import * as t from "./schema/words.ts";

/** Codecs that tell fields by what: every codec with a schema is in one of these. */
const tags = ["jce", "thrift", "thrift_compact"], names = ["json", "msgpack", "xml", "soap"], places = ["avro"];
const all = [...tags, "pb", ...names, ...places];

Deno.test("every codec with a schema is looked at", () => {
  const dynamic = ["none", "jce_any", "json_any"];
  assertEquals(Object.keys(codecs).filter((name) => !dynamic.includes(name)).sort(), [...all].sort());
});

function user(fields: Fields, options?: StructOptions): StructType {
  return t.struct("demo.User", fields, options);
}

const id = t.field(1, t.int32), name = t.field(2, t.string), base = { id, name };
const Two = t.enumeration("demo.Colour", { red: 0, blue: 1 });
const Three = t.enumeration("demo.Colour", { red: 0, blue: 1, green: 2 });
const Renamed = t.enumeration("demo.Colour", { rouge: 0, blue: 1 });

/** Which codecs can't read the new messages with the old schema (`old`), and the old ones with the new (`now`). */
interface Change {
  readonly what: string;
  readonly from: Type;
  readonly to: Type;
  readonly old?: readonly string[];
  readonly now?: readonly string[];
}

const integer = (type: Type) => user({ n: t.field(1, type) });

const changes: readonly Change[] = [
  { what: "nothing", from: user(base), to: user(base) },
  {
    what: "an optional field more",
    from: user(base),
    to: user({ ...base, age: t.field(3, t.optional(t.int32)) }),
    old: places,
    now: places,
  },
  {
    what: "a required field more",
    from: user(base),
    to: user({ ...base, age: t.field(3, t.int32) }),
    old: places,
    now: all,
  },
  {
    what: "a field with a default more, which pb does not have",
    from: user(base),
    to: user({ ...base, age: t.field(3, t.int32, { default: 5 }) }),
    old: places,
    now: [...places, "pb"],
  },
  {
    what: "an optional field less",
    from: user({ ...base, x: t.field(3, t.optional(t.int32)) }),
    to: user(base),
    old: places,
    now: places,
  },
  { what: "a field renamed", from: user(base), to: user({ id, nick: t.field(2, t.string) }), old: names, now: names },
  {
    what: "a field renamed that keeps its old name as an alias",
    from: user(base),
    to: user({ id, nick: t.field(2, t.string, { aliases: ["name"] }) }),
    old: names,
  },
  {
    what: "a field with another tag",
    from: user(base),
    to: user({ id: t.field(5, t.int32), name }),
    old: [...tags, "pb", ...places],
    now: [...tags, "pb", ...places],
  },
  {
    what: "an int8 that is an int32 now: thrift has a type for each",
    from: integer(t.int8),
    to: integer(t.int32),
    old: all,
    now: ["thrift", "thrift_compact"],
  },
  {
    what: "an int16 that is an int64 now",
    from: integer(t.int16),
    to: integer(t.int64),
    old: all,
    now: ["thrift", "thrift_compact"],
  },
  {
    what: "an uint8 that is an uint16 now",
    from: integer(t.uint8),
    to: integer(t.uint16),
    old: all,
    now: ["thrift", "thrift_compact"],
  },
  {
    what: "an int53 that is an int64 now: the same on every wire, beyond 2^53 it can't be read",
    from: integer(t.int53),
    to: integer(t.int64),
    old: all,
  },
  {
    what: "a float that is a double now",
    from: integer(t.float),
    to: integer(t.double),
    old: ["jce", "pb", "avro"],
    now: ["pb", "avro"],
  },
  { what: "a string that is bytes now", from: integer(t.string), to: integer(t.bytes), old: all, now: all },
  { what: "a name more in an enumeration", from: integer(Two), to: integer(Three), old: all },
  { what: "another name in an enumeration", from: integer(Two), to: integer(Renamed), old: names, now: names },
  {
    what: "a field that is optional now",
    from: user(base),
    to: user({ id, name: t.field(2, t.optional(t.string)) }),
    old: all,
    now: [...places, "pb"],
  },
  {
    what: "two optional fields that exclude each other now",
    from: user({ a: t.field(1, t.optional(t.int32)), b: t.field(2, t.optional(t.int32)) }),
    to: user(
      { a: t.field(1, t.optional(t.int32)), b: t.field(2, t.optional(t.int32)) },
      { oneofs: { one: ["a", "b"] } },
    ),
    now: all,
  },
];

function of(found: readonly Incompatibility[], reader: "old" | "new"): string[] {
  return [...new Set(found.filter((one) => one.reader === reader).flatMap(({ codecs }) => codecs))].sort();
}

for (const { what, from, to, old = [], now = [] } of changes) {
  Deno.test(`a schema with ${what} breaks these codecs: ${[...new Set([...old, ...now])].join(" ") || "none"}`, async () => {
    const found = await compatible(from, to);
    assertEquals({ old: of(found, "old"), now: of(found, "new") }, { old: [...old].sort(), now: [...now].sort() });
  });
}

Deno.test("it says where and why", async () => {
  const Inner = (field: string) => t.struct("demo.Inner", { [field]: t.field(1, t.int32) });
  const outer = (field: string) => t.struct("demo.Outer", { list: t.field(1, t.list(Inner(field))) });
  assertEquals(await compatible(outer("n"), outer("m"), { codecs: ["json", "jce"] }), [
    { reader: "new", path: "demo.Outer.list[0].m", reason: "it is missing", codecs: ["json"] },
    { reader: "old", path: "demo.Outer.list[0].n", reason: "it is missing", codecs: ["json"] },
  ]);
  const optional = (tag: number) => user({ n: t.field(tag, t.optional(t.int32)) });
  assertEquals(await compatible(optional(1), optional(2), { codecs: ["pb"] }), [
    { reader: "new", path: "demo.User.n", reason: "it comes back as undefined, want 1", codecs: ["pb"] },
    { reader: "old", path: "demo.User.n", reason: "it comes back as undefined, want 1", codecs: ["pb"] },
  ]);
});

Deno.test("a schema that a codec can't carry any more is told, one that it never could is not", async () => {
  const far = user({ n: t.field(300, t.optional(t.int32)) });
  const [found] = await compatible(user({}), far, { codecs: ["jce"] });
  assertEquals([found?.reader, found?.path, found?.reason.includes("above 255")], ["new", "demo.User", true]);
  assertEquals(await compatible(far, user({}), { codecs: ["jce"] }), []);
});

Deno.test("services are compared method by method", async () => {
  const User = user(base), Other = user({ ...base, age: t.field(3, t.int32) });
  const old = service("demo", { get: unary(User, User), list: serverStream(User, User), gone: unary(User, User) });
  const now = service("demo", { get: unary(User, Other), list: unary(User, User), more: unary(User, User) });
  assertEquals(await compatible(old, now, { codecs: ["jce"] }), [
    { reader: "new", path: "demo.get: demo.User.age", reason: "it is missing", codecs: ["jce"] },
    { reader: "new", path: "demo.list", reason: "it was server_stream, and is unary", codecs: ["jce"] },
    { reader: "new", path: "demo.gone", reason: "it is gone", codecs: ["jce"] },
  ]);
  const [found] = await compatible(old, service("other", {}), { codecs: ["jce"] });
  assertEquals([found?.path, found?.reason], ["demo", "it is called other now"]);
  await assertRejects(() => compatible(old, User), TypeError, "a service with a type");
});

Deno.test("types that contain themselves end", async () => {
  interface Tree {
    readonly children: readonly Tree[];
  }
  const tree = (more: Fields): StructType<Tree> => {
    const Tree: StructType<Tree> = t.struct("demo.Tree", {
      ...more,
      children: t.field(1, t.list(t.lazy(() => Tree))),
    }) as unknown as StructType<Tree>;
    return Tree;
  };
  assertEquals(
    await compatible(tree({}), tree({ n: t.field(2, t.optional(t.int32)) }), { codecs: ["jce", "json"] }),
    [],
  );
});
