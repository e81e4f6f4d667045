/**
 * Stand-in for `@std/testing/mock`: functions that remember how they were called.
 *
 * @module
 */
import { assertEquals } from "@std/assert";

/** One call of a spy. */
export interface SpyCall<Args extends unknown[] = unknown[], Return = unknown> {
  /** Arguments it was called with. */
  args: Args;
  /** What it returned, unless it threw. */
  returned?: Return;
  /** What it threw, where it did. */
  error?: unknown;
  /** What it was called on, where there was something. */
  self?: unknown;
}

/** A function that remembers its calls. */
export interface Spy<Args extends unknown[] = unknown[], Return = unknown> extends Disposable {
  (...args: Args): Return;
  /** What it stands for. */
  readonly original: (...args: Args) => Return;
  /** Its calls so far. */
  readonly calls: SpyCall<Args, Return>[];
  /** Whether the method it stood for is back in place. */
  readonly restored: boolean;
  /** Puts the method it stands for back in place. */
  restore(): void;
}

/** Thrown when a spy can't do what it was asked for. */
export class MockError extends Error {
  /** Makes the error. */
  constructor(message: string) {
    super(message);
    this.name = "MockError";
  }
}

type Methods<T> = { [K in keyof T]: T[K] extends (...args: never[]) => unknown ? K : never }[keyof T];
type Called<F> = F extends (...args: infer Args) => infer Return ? Spy<Args, Return> : never;

/** A spy that does nothing. */
export function spy(): Spy<unknown[], undefined>;
/** A spy that calls `func`. */
export function spy<Args extends unknown[], Return>(func: (...args: Args) => Return): Spy<Args, Return>;
/** A spy in place of `self[property]`, which it calls, until restored. */
export function spy<T, K extends Methods<T>>(self: T, property: K): Called<T[K]>;
export function spy(target?: unknown, property?: PropertyKey): Spy {
  if (property !== undefined) return spyOn(target as Record<PropertyKey, (...args: unknown[]) => unknown>, property);
  return record((target ?? (() => undefined)) as (...args: unknown[]) => unknown, () => {
    throw new MockError("Cannot restore: it stands for no method");
  });
}

/** Asserts that a spy was called `expectedCalls` times. */
export function assertSpyCalls(spy: { readonly calls: readonly unknown[] }, expectedCalls: number): void {
  assertEquals(spy.calls.length, expectedCalls, "Spy not called as often as expected");
}

function spyOn(self: Record<PropertyKey, (...args: unknown[]) => unknown>, property: PropertyKey): Spy {
  const original = self[property], own = Object.getOwnPropertyDescriptor(self, property);
  if (typeof original !== "function") throw new MockError(`Cannot spy: property "${String(property)}" is no method`);
  const made = record(original, () => {
    if (own === undefined) delete self[property];
    else Object.defineProperty(self, property, own);
  });
  Object.defineProperty(self, property, {
    value: made,
    writable: true,
    configurable: true,
    enumerable: !!own?.enumerable,
  });
  return made;
}

function record(original: (...args: unknown[]) => unknown, restore: () => void): Spy {
  const calls: SpyCall[] = [];
  let restored = false;
  function recorded(this: unknown, ...args: unknown[]): unknown {
    const call: SpyCall = this === undefined ? { args } : { args, self: this };
    calls.push(call);
    try {
      return call.returned = original.apply(this, args);
    } catch (error) {
      call.error = error;
      throw error;
    }
  }
  const putBack = () => {
    if (restored) throw new MockError("Cannot restore: it is already restored");
    restore();
    restored = true;
  };
  return Object.defineProperties(recorded as Spy, {
    original: { value: original },
    calls: { value: calls },
    restored: { get: () => restored },
    restore: { value: putBack },
    [Symbol.dispose]: { value: () => restored || putBack() },
  });
}
