import { assertEquals, assertThrows } from "@std/assert";
import { cells } from "./cell.ts";
import { systems } from "./mod.ts";
import { parseOptions } from "./options.ts";

Deno.test("options: without arguments everything is run and written", () => {
  const { names, cells: chosen, rounds, measureMs, write } = parseOptions([]);
  assertEquals({ names, chosen, rounds, measureMs, write }, {
    names: Object.keys(systems) as (keyof typeof systems)[],
    chosen: [...cells],
    rounds: 3,
    measureMs: 1500,
    write: true,
  });
});

const written: [name: string, args: string[], write: boolean][] = [
  ["another number of rounds still writes", ["--rounds", "5"], true],
  ["a part of the systems is not written", ["--only", "tcp"], false],
  ["a part of the cells is not written", ["--cells", "c1"], false],
  ["a quick run is not written", ["--quick"], false],
  ["unless asked for", ["--quick", "--only", "tcp", "--write"], true],
];
for (const [name, args, write] of written) {
  Deno.test(`options: ${name}`, () => assertEquals(parseOptions(args).write, write));
}

Deno.test("options: chosen systems and cells keep the order of the table", () => {
  const { names, cells: chosen } = parseOptions(["--only", "tcp,fetch", "--cells", "big,c64"]);
  assertEquals([names, chosen], [["fetch", "tcp"], ["c64", "big"]]);
});

const bad: [name: string, args: string[], says: string][] = [
  ["an unknown system", ["--only", "tcp,soap"], "Cannot find system soap"],
  ["an unknown cell", ["--cells", "c2"], "Cannot find cell c2"],
  ["no time", ["--seconds", "0"], "Cannot use 0 as seconds"],
  ["a word for rounds", ["--rounds", "many"], "Cannot use many as rounds"],
];
for (const [name, args, says] of bad) {
  Deno.test(`options: ${name} is refused`, () => {
    assertThrows(() => parseOptions(args), RangeError, says);
  });
}
