/**
 * Deep equality.
 *
 * @module
 */

/**
 * Whether two values are the same in depth. NaN equals NaN, 0 equals -0; a key with the value undefined differs from no
 * key; sets and maps may differ in order; objects of different classes differ.
 */
export function equal(a: unknown, b: unknown): boolean {
  return new Comparison().equal(a, b);
}

type Keyed = Record<PropertyKey, unknown>;

class Comparison {
  #underway = new Map<object, Set<object>>(); // pairs being compared further up, which end cycles

  equal(a: unknown, b: unknown): boolean {
    if (Object.is(a, b) || a === b) return true;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
    if (!sameClass(a, b) || !sameContent(a, b)) return false;
    const partners = this.#underway.getOrInsertComputed(a, () => new Set());
    if (partners.has(b)) return true;
    partners.add(b);
    try {
      return this.#equalParts(a, b);
    } finally {
      partners.delete(b);
    }
  }

  #equalParts(a: object, b: object): boolean {
    if (a instanceof Set && b instanceof Set && !this.#equalSets(a, b)) return false;
    if (a instanceof Map && b instanceof Map && !this.#equalMaps(a, b)) return false;
    if (ArrayBuffer.isView(a)) return true; // sameContent has compared it
    const keys = keysOf(a);
    if (keys.length !== keysOf(b).length) return false;
    return keys.every((key) => Object.hasOwn(b, key) && this.equal((a as Keyed)[key], (b as Keyed)[key]));
  }

  #equalSets(a: Set<unknown>, b: Set<unknown>): boolean {
    if (a.size !== b.size) return false;
    const rest = [...b].filter((value) => !a.has(value));
    return [...a].filter((value) => !b.has(value)).every((value) => take(rest, (other) => this.equal(value, other)));
  }

  #equalMaps(a: Map<unknown, unknown>, b: Map<unknown, unknown>): boolean {
    if (a.size !== b.size) return false;
    const rest = [...b].filter(([key]) => !a.has(key));
    return [...a].every(([key, value]) =>
      b.has(key)
        ? this.equal(value, b.get(key))
        : take(rest, ([otherKey, other]) => this.equal(key, otherKey) && this.equal(value, other))
    );
  }
}

/** Takes the first fitting value out of `rest`; false when there is none. */
function take<T>(rest: T[], fits: (value: T) => boolean): boolean {
  const at = rest.findIndex(fits);
  if (at >= 0) rest.splice(at, 1);
  return at >= 0;
}

function sameClass(a: object, b: object): boolean {
  const [of, other] = [a.constructor ?? Object, b.constructor ?? Object];
  return of === other;
}

/** Compares what is not kept in properties. */
function sameContent(a: object, b: object): boolean {
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (a instanceof RegExp || a instanceof URL) return String(a) === String(b);
  if (a instanceof Error && b instanceof Error) return a.name === b.name && a.message === b.message;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length;
  if (a instanceof String || a instanceof Number || a instanceof Boolean) return Object.is(a.valueOf(), b.valueOf());
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) return sameItems(new Uint8Array(a), new Uint8Array(b));
  if (a instanceof DataView && b instanceof DataView) return sameItems(bytesOf(a), bytesOf(b));
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return sameItems(a as Uint8Array, b as Uint8Array);
  return true;
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function sameItems(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i] || Object.is(item, b[i]));
}

function keysOf(value: object): PropertyKey[] {
  const symbols = Object.getOwnPropertySymbols(value);
  return [...Object.keys(value), ...symbols.filter((key) => Object.prototype.propertyIsEnumerable.call(value, key))];
}
