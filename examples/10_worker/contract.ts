import { serverStream, service, t, unary } from "@erpc/erpc";

const Range = t.struct("primes.Range", { below: t.field(1, t.int32) });
const Count = t.struct("primes.Count", { count: t.field(1, t.int32) });
const Prime = t.struct("primes.Prime", { prime: t.field(1, t.int32) });

/** What the worker can do. */
export const Primes = service("primes", { count: unary(Range, Count), list: serverStream(Range, Prime) });
