/**
 * The speeds to reach.
 *
 * @module
 */
import type { Figures } from "./child.ts";

/** One goal: a ratio of two figures, and the least it may be. */
export interface Goal {
  /** What is compared. */
  readonly what: string;
  /** The least ratio. */
  readonly want: number;
  /** The ratio that was measured; undefined when something was left out. */
  readonly got: number | undefined;
}

/** Figures by candidate. */
export type Results = ReadonlyMap<string, Figures>;

/** Every goal with what `results` say of it. */
export function goalsOf(results: Results): Goal[] {
  const json = (name: string, way: "encode" | "decode", want: number, size: "small" | "large" = "small"): Goal => ({
    what: `${name}: ${way} against JSON, ${size}`,
    want,
    got: results.get(name)?.[size][way].ratio,
  });
  const rival = (name: string, other: string, way: "encode" | "decode", want: number): Goal => ({
    what: `${name}: ${way} against ${other}, small`,
    want,
    got: quotient(results.get(name)?.small[way].ratio, results.get(other)?.small[way].ratio),
  });
  const both = ["encode", "decode"] as const;
  return [
    json("jce", "encode", 2),
    json("jce", "decode", 1.7),
    ...["avro", "thrift_compact"].flatMap((name) => both.map((way) => json(name, way, 1.2))),
    rival("thrift", "npm thrift, binary", "encode", 20),
    rival("thrift_compact", "npm thrift, compact", "encode", 20),
    rival("thrift_compact", "npm thrift, compact", "decode", 20),
    ...both.map((way) => rival("pb", "@bufbuild/protobuf", way, 0.9)),
    ...both.map((way) => json("pb", way, 1.5)),
    rival("xml", "fast-xml-parser", "decode", 5),
    ...["jce", "jce_any", "pb", "avro", "json", "msgpack", "thrift", "thrift_compact"].flatMap((name) =>
      both.map((way) => json(name, way, 0.5, "large"))
    ),
  ];
}

function quotient(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}
