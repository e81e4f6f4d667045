/**
 * The figures as Markdown.
 *
 * @module
 */
import type { SizeFigures } from "./child.ts";
import { goalsOf, type Results } from "./goals.ts";
import type { Size } from "./message.ts";

/** The page for `results` of `machine`. */
export function report(results: Results, machine: string): string {
  return `# erpc's codecs and JSON

- ${machine}
- \`deno task bench:codecs\`: each in a process of its own; times are those of the best of 31 slices; **ratios** are medians of 31 pairs
  of slices that took turns with \`JSON.stringify\` and \`TextEncoder\`, or \`TextDecoder\` and \`JSON.parse\`, in the same process.
- small: ten fields, 182 bytes as JSON; large: 600 such records, 111 KB.
- JSON's decoder makes objects and checks nothing; erpc's codecs also check every value against its schema.

## Small message

${table(results, "small")}

## Large message

${table(results, "large")}

## Goals

${goals(results)}
`;
}

function table(results: Results, size: Size): string {
  return markdown(
    ["codec", "bytes", "encode ns", "against JSON", "decode ns", "against JSON"],
    [...results].map(([name, figures]) => [name, ...cells(figures[size])]),
  );
}

function cells({ bytes, encode, decode }: SizeFigures): string[] {
  return [String(bytes), time(encode.ns), times(encode.ratio), time(decode.ns), times(decode.ratio)];
}

function goals(results: Results): string {
  const rows = goalsOf(results).filter(({ got }) => got !== undefined).map(({ what, want, got }) => [
    what,
    times(want),
    times(got!),
    got! >= want ? "met" : "**missed**",
  ]);
  return markdown(["goal", "want", "got", "verdict"], rows);
}

function time(ns: number): string {
  return ns < 10_000 ? ns.toFixed(0) : `${(ns / 1000).toFixed(0)}k`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}x`;
}

/** A table whose first column is text, the others figures. */
function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, i) => i === 0 ? "---" : "---:");
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}
