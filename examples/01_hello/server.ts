// deno run -A examples/01_hello/server.ts
import { handle, listen } from "@erpc/erpc";

handle("demo.hello", ({ name }: { name: string }) => ({ msg: `hello ${name}` }));

const server = await listen(":8877");
console.log(`demo.hello at ${server.address}`);

for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => server.drain());
await server.finished;
Deno.exit();
