import { assertEquals } from "@std/assert";
import { service, unary } from "../schema/service.ts";
import * as t from "../schema/words.ts";
import { idlOf } from "./exported.ts";

const Hello = t.struct("demo.Hello", { name: t.field(1, t.string) }), Colour = t.enumeration("demo.Colour", { RED: 0 });
const Demo = service("demo", { hello: unary(Hello, Hello) });
const anything = { "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value }) } };

const modules: Record<string, [module: Record<string, unknown>, types: unknown[], services: unknown[]]> = {
  "types and services": [{ Hello, Colour, Demo }, [Hello, Colour], [Demo]],
  "a type by two names, once": [{ Hello, hello: Hello }, [Hello], []],
  "what a checked type carries": [{ Checked: t.checked(t.checked(Hello, anything), anything) }, [Hello], []],
  "nothing else": [{ list: t.list(Hello), int: t.int32, none: undefined, no: null, name: "a", f: () => 1 }, [], []],
};

for (const [name, [module, types, services]] of Object.entries(modules)) {
  Deno.test(`a module's definition has ${name}`, () => assertEquals(idlOf(module), { types, services } as never));
}
