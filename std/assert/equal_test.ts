import { assert, equal } from "./mod.ts";

class Point {
  constructor(readonly x: number) {}
}
class OtherPoint {
  constructor(readonly x: number) {}
}

function cycle(end: unknown): unknown {
  const list: unknown[] = [1];
  list.push({ list, end });
  return list;
}

const key = Symbol("key");
const same: Record<string, [unknown, unknown]> = {
  "numbers": [1, 1],
  "NaN": [NaN, NaN],
  "0 and -0": [0, -0],
  "0 and -0 inside": [[0], [-0]],
  "bigints": [5n, 5n],
  "nested objects": [{ a: { b: [1, "2"] } }, { a: { b: [1, "2"] } }],
  "objects with keys in another order": [{ a: 1, b: 2 }, { b: 2, a: 1 }],
  "an object without prototype": [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  "symbol keys": [{ [key]: 1 }, { [key]: 1 }],
  "instances": [new Point(1), new Point(1)],
  "dates": [new Date(7), new Date(7)],
  "invalid dates": [new Date(NaN), new Date(NaN)],
  "expressions": [/a/g, /a/g],
  "addresses": [new URL("http://a/b"), new URL("http://a/b")],
  "errors": [new TypeError("a"), new TypeError("a")],
  "bytes": [Uint8Array.of(1, 2), Uint8Array.of(9, 1, 2).subarray(1)],
  "floats": [Float64Array.of(NaN, 0), Float64Array.of(NaN, -0)],
  "views": [new DataView(Uint8Array.of(1).buffer), new DataView(Uint8Array.of(0, 1).buffer, 1)],
  "buffers": [Uint8Array.of(1).buffer, Uint8Array.of(1).buffer],
  "sets in another order": [new Set([1, { a: 1 }, { a: 2 }]), new Set([{ a: 2 }, { a: 1 }, 1])],
  "maps in another order": [new Map([["a", [1]], ["b", [2]]]), new Map([["b", [2]], ["a", [1]]])],
  "maps with objects as keys": [new Map([[{ a: 1 }, 1]]), new Map([[{ a: 1 }, 1]])],
  "cycles": [cycle(1), cycle(1)],
};

const different: Record<string, [unknown, unknown]> = {
  "a number and its text": [1, "1"],
  "null and undefined": [null, undefined],
  "null and an object": [null, {}],
  "a value within": [{ a: { b: 1 } }, { a: { b: 2 } }],
  "a key that is undefined and none": [{ a: undefined }, {}],
  "keys that are undefined": [{ a: undefined }, { b: undefined }],
  "an inherited key": [{ toString: 1 }, { other: 1 }],
  "symbol keys": [{ [Symbol("a")]: 1 }, { [Symbol("a")]: 1 }],
  "lengths": [[1, 2], [1, 2, 3]],
  "a hole and undefined": [new Array(1), [undefined]],
  "an array and an object": [[1], { 0: 1 }],
  "classes": [new Point(1), new OtherPoint(1)],
  "dates": [new Date(7), new Date(8)],
  "expressions": [/a/g, /a/i],
  "addresses": [new URL("http://a/b"), new URL("http://a/c")],
  "messages of errors": [new Error("a"), new Error("b")],
  "bytes": [Uint8Array.of(1, 2), Uint8Array.of(2, 1)],
  "kinds of numbers": [Uint8Array.of(1), Int8Array.of(1)],
  "views": [new DataView(Uint8Array.of(1).buffer), new DataView(Uint8Array.of(2).buffer)],
  "buffers": [Uint8Array.of(1).buffer, Uint8Array.of(2).buffer],
  "boxed numbers": [new Number(1), new Number(2)],
  "sets": [new Set([1, 2]), new Set([1, 3])],
  "sets where one value would do for two": [new Set([{ a: 1 }, { a: 1 }]), new Set([{ a: 1 }, { a: 2 }])],
  "sizes of sets": [new Set([1]), new Set([1, 2])],
  "values of maps": [new Map([["a", 1]]), new Map([["a", 2]])],
  "keys of maps": [new Map([["a", 1]]), new Map([["b", 1]])],
  "functions": [() => 1, () => 1],
  "cycles": [cycle(1), cycle(2)],
};

for (const [name, [a, b]] of Object.entries(same)) {
  Deno.test(`equal() sees no difference: ${name}`, () => {
    assert(equal(a, b));
    assert(equal(b, a));
  });
}

for (const [name, [a, b]] of Object.entries(different)) {
  Deno.test(`equal() sees the difference: ${name}`, () => {
    assert(!equal(a, b));
    assert(!equal(b, a));
  });
}
