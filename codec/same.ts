/**
 * Exact comparison of values, for tests of codecs.
 *
 * @module
 */

/**
 * Where `actual` differs from `expected`, such as `".list[2]: 0, want -0"`; undefined when it doesn't.
 *
 * Exact: tells -0 from 0 and a missing prototype from an ordinary one. Only a field that is undefined equals one that is
 * not there, and a Map's order does not count.
 */
export function difference(actual: unknown, expected: unknown, path = ""): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  if (!isObject(actual) || !isObject(expected)) return `${path}: ${show(actual)}, want ${show(expected)}`;
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return `${path}: of another class`;
  if (expected instanceof Date) return difference((actual as Date).getTime(), expected.getTime(), path);
  if (expected instanceof Set) return difference([...actual as Set<unknown>], [...expected], path);
  if (expected instanceof Map) return mapDifference(actual as Map<unknown, unknown>, expected, path);
  if (Array.isArray(expected) || expected instanceof Uint8Array) {
    return listDifference(actual as unknown[], expected as unknown[], path);
  }
  return recordDifference(actual as Record<string, unknown>, expected as Record<string, unknown>, path);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function show(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value).slice(0, 40);
}

function listDifference(actual: ArrayLike<unknown>, expected: ArrayLike<unknown>, path: string): string | undefined {
  if (actual.length !== expected.length) return `${path}: ${actual.length} elements, want ${expected.length}`;
  for (let i = 0; i < expected.length; i++) {
    const found = difference(actual[i], expected[i], `${path}[${i}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function mapDifference(
  actual: ReadonlyMap<unknown, unknown>,
  expected: ReadonlyMap<unknown, unknown>,
  path: string,
): string | undefined {
  if (actual.size !== expected.size) return `${path}: ${actual.size} entries, want ${expected.size}`;
  const values = [...actual.entries()];
  let at = 0;
  for (const [key, value] of expected) {
    const entry = isObject(key) ? values[at] : actual.has(key) ? [key, actual.get(key)] : undefined;
    const found = difference(entry, [key, value], `${path}[entry ${at++}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function recordDifference(
  actual: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, unknown>>,
  path: string,
): string | undefined {
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const found = difference(own(actual, key), own(expected, key), `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function own(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
