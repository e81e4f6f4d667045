/**
 * Runs every example by the command in its first line, as a reader would.
 */
import { assertEquals } from "@std/assert";

const root = new URL("..", import.meta.url);

/** What each example prints. */
const programs: Record<string, string[]> = {
  "02_one_file/main.ts": ["hello world"],
  "03_streams/main.ts": ["counted 1", "counted 2", "counted 3", "the sum is 6", "HELLO", "WORLD"],
  "04_duplex/main.ts": ["asked: really buy a kite?", "{ bought: true }"],
  "05_schema/main.ts": [
    "jce: the oak (tree), 3 points, 10 m",
    "pb: the oak (tree), 3 points, 10 m",
    "json: the oak (tree), 3 points, 10 m",
    "msgpack: the oak (tree), 3 points, 10 m",
    "the oak ",
    "the mill no longer in use",
    "the oak is noted",
    "the mill is noted",
  ],
  "06_cancel_deadline/main.ts": [
    "client: canceled",
    "client: deadline_exceeded",
    "server: canceled",
    "server: deadline_exceeded",
    "server: nobody listens any more",
    "slept well",
  ],
  "07_custom_codec/main.ts": ['[ [ "name", "born" ], [ "Ada", "1815" ], [ "Grace", "1906" ] ]'],
  "08_idl/main.ts": ["2 trees", "Bramley, planted in 2026, with Conference"],
  "09_http/main.ts": [
    '{"msg":"hello curl"}',
    '{"msg":"hello GET"}',
    '{"code":"unimplemented","status":212,"message":"Cannot run demo.nothing: there is no such method here"}',
    '{ msg: "hello erpc" }',
    "1",
    "2",
    "3",
  ],
  "10_worker/main.ts": ["78498 primes below a million", "2", "3", "5", "7", "11", "13", "17", "19"],
};

/** The program behind the `deno` of a file's first line, and its arguments. */
function command(file: string): Deno.Command {
  const [first = ""] = Deno.readTextFileSync(new URL(`examples/${file}`, root)).split("\n");
  const [, ...args] = first.replace(/^\/\/ /, "").split(" ");
  return new Deno.Command(Deno.execPath(), {
    args,
    cwd: root,
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  });
}

async function run(file: string): Promise<string[]> {
  const { code, stdout, stderr } = await command(file).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).split("\n").slice(0, -1);
}

for (const [file, lines] of Object.entries(programs)) {
  Deno.test(`${file} prints what it promises`, async () => {
    const printed = await run(file);
    // Both ends of a cancelled call speak for themselves: their order is not promised.
    if (file.startsWith("06")) printed.sort();
    assertEquals(printed, lines);
  });
}

Deno.test("the module of 08_idl is what erpc gen writes", async () => {
  const folder = "examples/08_idl/", file = `${folder}orchard.proto`, out = `${folder}orchard.ts`;
  const args = ["run", "-A", "codec/idl/gen.ts", "--check", file, "-o", out];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root, stderr: "piped" }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
});

Deno.test("the three programs of 01_hello find each other", async () => {
  const center = command("01_hello/center.ts").spawn(), server = command("01_hello/server.ts").spawn();
  try {
    await Promise.all([firstLine(center), firstLine(server)]);
    // The server registers in the background, so the first calls may come too soon.
    let printed = "";
    for (let n = 0; n < 20 && printed === ""; n++) {
      printed = new TextDecoder().decode((await command("01_hello/client.ts").output()).stdout);
    }
    assertEquals(printed, "hello world\n");
  } finally {
    server.kill("SIGTERM");
    assertEquals((await server.output()).code, 0);
    center.kill("SIGTERM");
    assertEquals((await center.output()).code, 0);
  }
});

/** Waits until a program has printed something; the rest of its output stays readable. */
async function firstLine(child: Deno.ChildProcess): Promise<void> {
  const reader = child.stdout.getReader();
  await reader.read();
  reader.releaseLock();
}

Deno.test("the demo starts three processes that end well", async () => {
  const printed = await run("demo/main.ts");
  for (const line of ["hello world", "counted 3", "the server says: you thought of 7", "server drained"]) {
    assertEquals(
      printed.some((text) => text.endsWith(`| ${line}`)),
      true,
      `no line "${line}" in\n${printed.join("\n")}`,
    );
  }
  assertEquals(printed.at(-1), "all three have ended well");
});
