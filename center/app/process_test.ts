import { assert, assertEquals, assertLess } from "@std/assert";
import { Client, Server } from "@erpc/erpc";
import { Program } from "./program_test.ts";

const TTL_MS = 600;

/** A center with short leases, which prints what happens. */
async function startCenter(): Promise<{ center: Program; address: string }> {
  const center = new Program([
    "eval",
    `import { listenCenter } from "@erpc/center";
     const center = await listenCenter(":0", { ttlMs: ${TTL_MS}, verbose: true });
     console.log("at", center.address);
     Deno.addSignalListener("SIGTERM", () => center.drain().then(() => Deno.exit()));`,
  ], { cwd: new URL("./", import.meta.url) });
  const [, address] = await center.said(/^at (.*)$/m);
  return { center, address: address! };
}

function startServer(center: string): Program {
  return new Program([
    "eval",
    `import { Server } from "@erpc/erpc";
     const server = new Server({ center: ${JSON.stringify(center)} });
     await server.handle("demo.who", () => "victim").listen();`,
  ], { cwd: new URL("../../", import.meta.url) });
}

Deno.test("a server process that is killed is gone within its time to live and a second", async () => {
  const { center, address } = await startCenter();
  await using _center = center;
  await using victim = startServer(address);
  await center.said(/^register .* for demo$/m);
  await using client = new Client({ center: address });
  assertEquals(await client.call("demo.who"), "victim");
  victim.kill("SIGKILL");
  const killedMs = performance.now();
  await center.said(/^expire .* for demo$/m);
  assertLess(performance.now() - killedMs, TTL_MS + 1000);
});

Deno.test("a center that was stopped for a while takes nobody out when it goes on", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const { center, address } = await startCenter();
  await using _center = center;
  await using _server = await new Server({ center: address }).handle("demo.who", () => "a").listen();
  await center.said(/^settle with 1 instances$/m);
  await using client = new Client({ center: address });
  assertEquals(await client.call("demo.who"), "a");
  center.kill("SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, 2.5 * TTL_MS));
  assertEquals(await client.call("demo.who"), "a", "clients need no center to call");
  center.kill("SIGCONT");
  await new Promise((resolve) => setTimeout(resolve, 1.2 * TTL_MS)); // leases that were to run out would have by now
  center.kill("SIGTERM");
  const { stdout } = await center.ended();
  assert(!stdout.includes("expire"), stdout);
  assertEquals(stdout.match(/^register/gm)?.length, 1, stdout);
});
