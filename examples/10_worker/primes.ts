import { Server } from "@erpc/erpc";
import { workerTransport } from "@erpc/erpc/worker";
import { Primes } from "./contract.ts";

const server = new Server({ registry: false, transports: [workerTransport()] });
server.handle(Primes, {
  count: ({ below }) => ({ count: [...primes(below)].length }),
  *list({ below }) {
    for (const prime of primes(below)) yield { prime };
  },
});
await server.listen("worker://primes");

/** Eratosthenes' sieve. */
function* primes(below: number): Generator<number> {
  const composite = new Uint8Array(below);
  for (let n = 2; n < below; n++) {
    if (composite[n] === 1) continue;
    yield n;
    for (let m = n * n; m < below; m += n) composite[m] = 1;
  }
}
