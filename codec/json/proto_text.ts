/**
 * The well-known messages of Protocol Buffers that are text in JSON: times, durations and field masks.
 *
 * Format: protobuf.dev, "ProtoJSON Format".
 *
 * @module
 */
import { parseTimestamp } from "../forms.ts";
import { misfit } from "../misfit.ts";

/** Turns the fields of a message into text and back; both throw a Misfit for what can't be. */
export interface TextForm {
  /** The text for the fields, which are of their types. */
  write(fields: Readonly<Record<string, unknown>>): string;
  /** The fields for a text, in the forms that JSON has for them. */
  read(text: string): Readonly<Record<string, unknown>>;
}

/** The forms, by the name of the message. */
export const textForms: ReadonlyMap<string, TextForm> = new Map<string, TextForm>([
  ["google.protobuf.Timestamp", { write: writeTimestamp, read: readTimestamp }],
  ["google.protobuf.Duration", { write: writeDuration, read: readDuration }],
  ["google.protobuf.FieldMask", {
    write: ({ paths }) => (paths as string[]).map(camelPath).join(","),
    read: (text) => ({ paths: text.split(",").filter((path) => path !== "").map(snakePath) }),
  }],
]);

/** First and last second of the years 1 to 9999. */
const firstSecond = -62_135_596_800, lastSecond = 253_402_300_799;

function writeTimestamp({ seconds, nanos }: Readonly<Record<string, unknown>>): string {
  const whole = Number(seconds), n = nanos as number;
  if (whole < firstSecond || whole > lastSecond || n < 0 || n > 999_999_999) {
    misfit("got a time beyond the years 1 to 9999");
  }
  return new Date(whole * 1000).toISOString().replace(".000Z", fraction(n) + "Z");
}

/** Nanoseconds as the digits behind the point, 3, 6 or 9 of them. */
function fraction(nanos: number): string {
  if (nanos === 0) return "";
  return "." + String(nanos).padStart(9, "0").replace(/(?:000){1,2}$/, "");
}

function nanosOf(digits: string): number {
  return Number(digits.padEnd(9, "0"));
}

function readTimestamp(text: string): Readonly<Record<string, unknown>> {
  const [whole = "", digits = ""] = /\.(\d+)/.exec(text) ?? [];
  const seconds = parseTimestamp(text.replace(whole, "")) / 1000;
  if (digits.length > 9 || seconds < firstSecond || seconds > lastSecond) {
    misfit("got a time beyond the years 1 to 9999");
  }
  return { seconds, nanos: nanosOf(digits) };
}

/** Ten thousand years. */
const maxSeconds = 315_576_000_000;

function writeDuration({ seconds, nanos }: Readonly<Record<string, unknown>>): string {
  const whole = Number(seconds), n = nanos as number;
  if (Math.abs(whole) > maxSeconds || Math.abs(n) > 999_999_999 || whole * n < 0) misfit("got a duration out of range");
  const sign = whole < 0 || n < 0 ? "-" : "";
  return sign + Math.abs(whole) + fraction(Math.abs(n)) + "s";
}

function readDuration(text: string): Readonly<Record<string, unknown>> {
  const [, sign, whole, digits = ""] = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text) ?? [];
  const seconds = Number(whole), nanos = nanosOf(digits);
  if (!(seconds < maxSeconds || seconds === maxSeconds && nanos === 0)) {
    misfit('got text that is no duration such as "1.5s"');
  }
  return sign ? { seconds: 0 - seconds, nanos: 0 - nanos } : { seconds, nanos };
}

function camelPath(path: string): string {
  const camel = path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return snakePath(camel) === path ? camel : misfit("got a path that lowerCamelCase would change");
}

function snakePath(path: string): string {
  if (path.includes("_")) misfit("got a path of a field mask that is not in lowerCamelCase");
  return path.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());
}
