// deno run -A examples/02_one_file/main.ts
import { call, handle } from "@erpc/erpc";

handle("demo.hello", ({ name }: { name: string }) => ({ msg: `hello ${name}` }));

// No center, no port: what this process handles, this process can call.
const { msg } = await call<{ msg: string }>("demo.hello", { name: "world" });
console.log(msg);
