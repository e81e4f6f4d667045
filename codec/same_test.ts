import { assertEquals } from "@std/assert";
import { difference } from "./same.ts";

class Point {
  x = 1;
}

const same: Readonly<Record<string, readonly [actual: unknown, expected: unknown]>> = {
  "NaN": [NaN, NaN],
  "objects in another order": [{ a: 1, b: [2] }, { b: [2], a: 1 }],
  "a field that is undefined and one that is not there": [{ a: 1, b: undefined }, { a: 1 }],
  "maps in another order": [new Map([["a", 1], ["b", 2]]), new Map([["b", 2], ["a", 1]])],
  "maps by objects": [new Map([[{ a: 1 }, 1]]), new Map([[{ a: 1 }, 1]])],
  "sets": [new Set([1, { a: 1 }]), new Set([1, { a: 1 }])],
  "dates": [new Date(5), new Date(5)],
  "bytes": [Uint8Array.of(1, 2), Uint8Array.of(0, 1, 2).subarray(1)],
};

for (const [name, [actual, expected]] of Object.entries(same)) {
  Deno.test(`sees no difference between ${name}`, () => assertEquals(difference(actual, expected), undefined));
}

const different: readonly (readonly [actual: unknown, expected: unknown, where: string])[] = [
  [0, -0, ": 0, want -0"],
  [1, 1n, ": 1, want 1"],
  ["a", "b", ': "a", want "b"'],
  [null, undefined, ": null, want undefined"],
  [null, {}, ": null, want [object Object]"],
  [{ a: { b: [1, 2] } }, { a: { b: [1, 3] } }, ".a.b[1]: 2, want 3"],
  [[1], [1, 2], ": 1 elements, want 2"],
  [[undefined], [null], "[0]: undefined, want null"],
  [{ a: 1 }, {}, ".a: 1, want undefined"],
  [{}, { a: 1 }, ".a: undefined, want 1"],
  [{}, { toString: 1 }, ".toString: undefined, want 1"],
  [[], {}, ": of another class"],
  [new Point(), { x: 1 }, ": of another class"],
  [Object.create(null), {}, ": of another class"],
  [new Date(1), new Date(2), ": 1, want 2"],
  [Uint8Array.of(1), Uint8Array.of(2), "[0]: 1, want 2"],
  [new Map([["a", 1]]), new Map([["a", 2]]), "[entry 0][1]: 1, want 2"],
  [new Map([["a", 1]]), new Map([["b", 1]]), "[entry 0]: undefined, want b,1"],
  [new Map([["a", 1]]), new Map(), ": 1 entries, want 0"],
  [new Set([1, 2]), new Set([2, 1]), "[0]: 1, want 2"],
];

for (const [actual, expected, where] of different) {
  Deno.test(`sees the difference "${where}"`, () => assertEquals(difference(actual, expected), where));
}
