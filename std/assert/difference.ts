/**
 * Showing in what two values differ, line by line.
 *
 * @module
 */

/** Long values are cut: nobody reads more, and a test that fails should fail quickly. */
const MAX_LINES = 2_000;

/** The value as text. */
export function show(value: unknown): string {
  return Deno.inspect(value, {
    depth: 100,
    sorted: true,
    trailingComma: true,
    compact: false,
    iterableLimit: Infinity,
    strAbbreviateSize: Infinity,
  });
}

/** Both values as text, with the lines that differ marked: `-` stands only in the actual one, `+` only in the expected. */
export function difference(actual: unknown, expected: unknown): string {
  const lines = compare(linesOf(actual), linesOf(expected)).map(([mark, line]) => `${mark}   ${line}\n`);
  return `\n\n\n    [Diff] Actual / Expected\n\n\n${lines.join("")}`;
}

function linesOf(value: unknown): string[] {
  return show(value).split("\n").slice(0, MAX_LINES);
}

type Line = readonly [mark: " " | "-" | "+", line: string];

/** Longest common subsequence of what is left once equal lines at both ends are set aside. */
function compare(actual: readonly string[], expected: readonly string[]): Line[] {
  let start = 0, rest = Math.min(actual.length, expected.length);
  while (start < rest && actual[start] === expected[start]) start++;
  rest -= start;
  let tail = 0;
  while (tail < rest && actual.at(-1 - tail) === expected.at(-1 - tail)) tail++;
  const same = (line: string): Line => [" ", line];
  return [
    ...actual.slice(0, start).map(same),
    ...changes(actual.slice(start, actual.length - tail), expected.slice(start, expected.length - tail)),
    ...actual.slice(actual.length - tail).map(same),
  ];
}

function changes(actual: readonly string[], expected: readonly string[]): Line[] {
  const width = expected.length + 1;
  const common = new Uint16Array((actual.length + 1) * width); // of actual[i..] and expected[j..]
  for (let i = actual.length - 1; i >= 0; i--) {
    for (let j = expected.length - 1; j >= 0; j--) {
      common[i * width + j] = actual[i] === expected[j]
        ? common[(i + 1) * width + j + 1]! + 1
        : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const lines: Line[] = [];
  for (let i = 0, j = 0; i < actual.length || j < expected.length;) {
    if (i < actual.length && actual[i] === expected[j]) {
      lines.push([" ", actual[i++]!]);
      j++;
    } else if (j === width - 1 || (i < actual.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      lines.push(["-", actual[i++]!]);
    } else {
      lines.push(["+", expected[j++]!]);
    }
  }
  return lines;
}
