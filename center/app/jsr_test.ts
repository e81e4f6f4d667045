import { assert, assertEquals } from "@std/assert";
import settings from "./deno.json" with { type: "json" };
import { Program } from "./program_test.ts";
import { LocalRegistry } from "./registry_test.ts";

const DEMO = `
  import { call, handle, listen, shutdown } from "jsr:@erpc/erpc";
  const center = Deno.args[0];
  handle("demo.hello", ({ name }: { name: string }) => ({ msg: "hello " + name }));
  const server = await listen(":0", { center });
  while (!server.registered) await new Promise((resolve) => setTimeout(resolve, 10));
  const { msg } = await call<{ msg: string }>("demo.hello", { name: "world" }, { center, timeout: 5000 });
  console.log(msg);
  await shutdown();
`;

/** An empty home for a deno that has nothing but the registry; removed in the end. */
async function newcomer(jsr: string): Promise<{ cwd: string; env: Record<string, string> } & AsyncDisposable> {
  const cwd = await Deno.makeTempDir({ prefix: "erpc-" });
  return {
    cwd,
    env: { JSR_URL: jsr, DENO_DIR: `${cwd}/deno`, DENO_NO_UPDATE_CHECK: "1" },
    [Symbol.asyncDispose]: () => Deno.remove(cwd, { recursive: true }),
  };
}

/** Says what is wrong when what failed was not ours. */
function explained(stderr: string): string {
  const offline = /npm/.test(stderr) &&
    /(error sending request|dns error|connect|timed out|Failed loading)/i.test(stderr);
  return offline ? `Cannot rehearse publishing: the npm registry can't be reached\n${stderr}` : stderr;
}

Deno.test("both packages run from a JSR, as users start them", async (t) => {
  await using jsr = await LocalRegistry.start(new URL("../../", import.meta.url));
  await using home = await newcomer(jsr.url);
  const options = { cwd: home.cwd, env: home.env };

  await t.step("deno run -A jsr:@erpc/center --version", async () => {
    await using program = new Program(["run", "-A", "jsr:@erpc/center", "--version"], options);
    const { code, stdout, stderr } = await program.ended();
    assertEquals([code, stdout], [0, `${settings.version}\n`], explained(stderr));
  });

  await t.step("a center, and a program that listens, registers, finds itself and calls", async () => {
    await using center = new Program(["run", "-A", "jsr:@erpc/center", "--listen", "127.0.0.1:0"], options);
    const [, address] = await center.said(/^erpc center listening on (.*)$/m);
    await Deno.writeTextFile(`${home.cwd}/demo.ts`, DEMO);
    await using demo = new Program(["run", "-A", "--check", "demo.ts", address!], options);
    const { code, stdout, stderr } = await demo.ended();
    assertEquals([code, stdout], [0, "hello world\n"], explained(stderr));
    center.kill("SIGTERM");
    assertEquals((await center.ended()).code, 0);
  });

  const files = jsr.asked.filter((path) => path.endsWith(".ts"));
  assert(files.length > 20 && files.every((path) => !path.endsWith("_test.ts")), files.join("\n"));
  assert(!files.some((path) => path.startsWith("/@std/")), "a published module imports what is for tests");
});
