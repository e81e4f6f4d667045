import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Client, Server } from "@erpc/erpc";
import { type Command, parseCommand } from "./cli.ts";
import settings from "./deno.json" with { type: "json" };
import { type Ending, Program } from "./program_test.ts";

const program = new URL("./mod.ts", import.meta.url).pathname;

const run: Command = { task: "run", listen: "127.0.0.1:8081", verbose: false };
const lines: Record<string, Command> = {
  "": run,
  "--listen :9000": { ...run, listen: ":9000" },
  "--listen=:9000 --verbose": { ...run, listen: ":9000", verbose: true },
  "--help": { ...run, task: "help" },
  "-h": { ...run, task: "help" },
  "--version": { ...run, task: "version" },
};
for (const [line, command] of Object.entries(lines)) {
  Deno.test(`the command line "${line}" is understood`, () => {
    assertEquals(parseCommand(line.split(" ").filter((word) => word !== "")), command);
  });
}

const unusable: Record<string, string> = {
  "--port 8081": 'Cannot use "--port": there is no such option',
  "serve": 'Cannot use "serve": there is no such option',
  "--listen": "Cannot use --listen: an address must follow",
  "--listen=": "Cannot use --listen: an address must follow",
  "--verbose=yes": "Cannot use --verbose=yes: --verbose is unknown or takes no value",
};
for (const [line, why] of Object.entries(unusable)) {
  Deno.test(`the command line "${line}" is refused`, () => {
    assertThrows(() => parseCommand(line.split(" ")), TypeError, why);
  });
}

async function runs(...args: string[]): Promise<Ending> {
  await using started = new Program(["run", "--allow-net", program, ...args]);
  return await started.ended();
}

Deno.test("--help explains every option on standard output", async () => {
  const { code, stdout, stderr } = await runs("--help");
  assertEquals([code, stderr], [0, ""]);
  for (const option of ["--listen", "--verbose", "--version", "--help", "127.0.0.1:8081"]) {
    assert(stdout.includes(option));
  }
});

Deno.test("--version prints the version", async () => {
  assertEquals(await runs("--version"), { code: 0, stdout: `${settings.version}\n`, stderr: "" });
});

const misuses: Record<string, [args: string[], why: string]> = {
  "an unknown option": [["--port", "1"], 'Cannot use "--port": there is no such option'],
  "an address that is none": [["--listen", "nowhere"], 'Cannot use "nowhere" as an address'],
};
for (const [what, [args, why]] of Object.entries(misuses)) {
  Deno.test(`${what} gets the usage on standard error and exit code 2`, async () => {
    const { code, stdout, stderr } = await runs(...args);
    assertEquals([code, stdout], [2, ""]);
    assert(stderr.startsWith(why) && stderr.includes("Usage:"), stderr);
  });
}

Deno.test("a port in use gets a clear error and exit code 1", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${taken.addr.port}`, { code, stdout, stderr } = await runs("--listen", address);
  assertEquals([code, stdout], [1, ""]);
  assertEquals(stderr, `Cannot listen at ${address}: the port is in use, by another center perhaps\n`);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`it serves until ${signal}, then drains and exits with 0`, async () => {
    await using center = new Program(["run", "--allow-net", program, "--listen", "127.0.0.1:0", "--verbose"]);
    const [, address] = await center.said(/^erpc center listening on (tcp:\/\/127\.0\.0\.1:\d+)$/m);
    await using server = await new Server({ center: address! }).handle("demo.hello", () => "hello").listen();
    await center.said(/^register tcp:\/\/127\.0\.0\.1:\d+#\S+ for demo$/m);
    await using client = new Client({ center: address! });
    assertEquals(await client.call("demo.hello"), "hello");
    center.kill(signal);
    const { code, stdout, stderr } = await center.ended();
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /^watch demo by tcp:/m);
    assertEquals(await client.call("demo.hello"), "hello", "the client has forgotten the server");
    assert(server.addresses.length === 1);
  });
}
