// deno run -A examples/10_worker/main.ts
import { Client } from "@erpc/erpc";
import { workerTransport } from "@erpc/erpc/worker";
import { Primes } from "./contract.ts";

// A Worker is called like any other service: what is long to compute does not hold this thread up.
const worker = new Worker(new URL("./primes.ts", import.meta.url), { type: "module" });
await using client = new Client({ address: "worker://primes", transports: [workerTransport(worker)] });
const primes = client.of(Primes);

console.log(`${(await primes.count({ below: 1_000_000 })).count} primes below a million`);
for await (const { prime } of primes.list({ below: 20 })) console.log(prime);

worker.terminate();
