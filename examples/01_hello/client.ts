// deno run -A examples/01_hello/client.ts
import { call } from "@erpc/erpc";

const { msg } = await call<{ msg: string }>("demo.hello", { name: "world" }, { timeout: 5000 });
console.log(msg);
