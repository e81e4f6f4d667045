// deno run -A examples/09_http/main.ts
import { call, Server } from "@erpc/erpc";
import { Hono } from "hono";

const server = new Server({ registry: false });
server.handle("demo.hello", ({ name }: { name: string }) => ({ msg: `hello ${name}` }), { idempotent: true });
server.handle("demo.count", function* (n: number) {
  for (let i = 1; i <= n; i++) yield i;
});

// Listen at http:// (or https:// with the option tls) ...
await server.listen("http://127.0.0.1:0");
// ... or answer requests that another server has taken: Deno.serve(server.fetch), or below a path of a router.
const app = new Hono().get("/", (c) => c.text("a page")).mount("/rpc", (request) => server.fetch(request));
await using web = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, app.fetch);
const mounted = `http://127.0.0.1:${web.addr.port}/rpc`;

// Anything that speaks HTTP calls methods.
const curl = async (...args: string[]) => {
  const { stdout } = await new Deno.Command("curl", { args: ["-s", ...args] }).output();
  console.log(new TextDecoder().decode(stdout).trim());
};
await curl("-H", "content-type: application/json", "-d", '{"name":"curl"}', `${server.address}/demo/hello`);
await curl(`${mounted}/demo/hello?name=GET`);
await curl("-H", "content-type: application/json", "-d", "{}", `${server.address}/demo/nothing`);

// Clients of erpc have everything, streams included.
console.log(await call("demo.hello", { name: "erpc" }, { address: server.address }));
for await (const n of call<number>("demo.count", 3, { address: mounted })) console.log(n);
await server.drain();
