/**
 * How a case of a suite says what is wrong, and does not wait for ever.
 *
 * @module
 */
import { type Code, RpcError, sleep, systemClock } from "../../protocol/mod.ts";

/** Throws Error with `complaint` unless `condition` holds. */
export function must(condition: boolean, complaint: string): asserts condition {
  if (!condition) throw new Error(complaint);
}

/** Throws Error unless both are the same data. */
export function same(actual: unknown, expected: unknown, what = "what came"): void {
  if (actual instanceof Uint8Array && expected instanceof Uint8Array) return sameBytes(actual, expected, what);
  const [got, want] = [text(actual), text(expected)];
  must(got === want, `${what} is ${short(got)}, want ${short(want)}`);
}

/** Resolves with the RpcError that `call` fails with. Rejects when it ends otherwise. */
export async function fails(call: PromiseLike<unknown>, code?: Code | readonly Code[]): Promise<RpcError> {
  const error = await call.then((value) => {
    throw new Error(`it came to an end with ${short(text(value))}, want an error`);
  }, (error: unknown) => error);
  must(error instanceof RpcError, `it failed with ${error}, want an RpcError`);
  const codes = code === undefined ? [error.code] : [code].flat();
  must(codes.includes(error.code), `it failed with ${error.code} (${error.message}), want ${codes.join(" or ")}`);
  return error;
}

/** Rejects when `work` is not over in time. */
export async function within<T>(ms: number, what: string, work: PromiseLike<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const cancel = systemClock.after(ms, () => late.reject(new Error(`${what}: nothing happens within ${ms} ms`)));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    cancel();
  }
}

/** Resolves when `holds` does; rejects when it does not in time. */
export async function until(holds: () => boolean, what: string, ms = 10_000): Promise<void> {
  const endMs = systemClock.now() + ms;
  while (!holds()) {
    must(systemClock.now() < endMs, `${what}: not within ${ms} ms`);
    await sleep(systemClock, 1);
  }
}

function sameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  must(actual.length === expected.length, `${what} has ${actual.length} bytes, want ${expected.length}`);
  const at = actual.findIndex((byte, i) => byte !== expected[i]);
  must(at < 0, `${what} differs at byte ${at}`);
}

/** Data as text that tells all of it apart. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (typeof part === "bigint") return `${part}n`;
    if (part instanceof Uint8Array) return { bytes: [...part] };
    if (part instanceof Map) return { map: [...part] };
    return part === undefined ? "undefined" : part;
  });
}

function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}
