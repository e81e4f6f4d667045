// deno run -A examples/01_hello/center.ts
import { listenCenter } from "@erpc/erpc";

const center = await listenCenter();
console.log(`center at ${center.address}`);

for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => center.drain());
await center.finished;
Deno.exit();
