import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseAddress } from "./address.ts";
import type { Listener } from "./transport.ts";
import { unix } from "./unix.ts";

const address = (path: string) => parseAddress(`unix://${path}`);
const exists = (path: string) => Deno.lstat(path).then(() => true, () => false);

/** Accepts one connection and sends back one read of it. */
async function echoOnce(listener: Listener): Promise<void> {
  for await (const wire of listener.connections) {
    const into = new Uint8Array(10), n = await wire.read(into);
    await wire.write(into.subarray(0, n!));
    wire.close();
    return;
  }
}

async function works(path: string, listener: Listener): Promise<void> {
  const echoing = echoOnce(listener), wire = await unix.dial(address(path), {});
  await wire.write(Uint8Array.of(1, 2, 3));
  const into = new Uint8Array(10);
  assertEquals([await wire.read(into), into.subarray(0, 3)], [3, Uint8Array.of(1, 2, 3)]);
  assertEquals(await wire.read(into), null);
  wire.close();
  await echoing;
}

/** A socket file whose server is gone, as a process that was killed leaves it. */
async function stale(path: string): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", `Deno.listen({ transport: "unix", path: ${JSON.stringify(path)} }); Deno.exit()`],
    stdout: "null",
  }).output();
  assert(success && await exists(path), "no stale socket file could be made");
}

const cases: Record<string, (folder: string) => Promise<void>> = {
  "a listener has a file while it listens": async (folder) => {
    const path = `${folder}/a.sock`, listener = await unix.listen(address(path), {});
    assertEquals([listener.address, await exists(path)], [`unix://${path}`, true]);
    await works(path, listener);
    listener.close();
    listener.close();
    assertEquals(await exists(path), false);
    await assertRejects(() => unix.dial(address(path), {}), Deno.errors.NotFound);
  },
  "the file of a server that is gone is taken over": async (folder) => {
    const path = `${folder}/a.sock`;
    await stale(path);
    await assertRejects(() => unix.dial(address(path), {}), Deno.errors.ConnectionRefused);
    const listener = await unix.listen(address(path), {});
    await works(path, listener);
    listener.close();
  },
  "the file of a server that lives is not": async (folder) => {
    const path = `${folder}/a.sock`, first = await unix.listen(address(path), {});
    await assertRejects(() => unix.listen(address(path), {}), Deno.errors.AddrInUse);
    const { value: look } = await first.connections[Symbol.asyncIterator]().next();
    assertEquals(await look!.read(new Uint8Array(1)), null, "it was looked whether the server lives");
    look!.close();
    await works(path, first);
    first.close();
  },
  "a file of another kind stays": async (folder) => {
    const path = `${folder}/a.txt`;
    await Deno.writeTextFile(path, "precious");
    await assertRejects(() => unix.listen(address(path), {}), Deno.errors.AddrInUse);
    assertEquals(await Deno.readTextFile(path), "precious");
  },
  "a file that is gone already does not disturb closing": async (folder) => {
    const path = `${folder}/a.sock`, listener = await unix.listen(address(path), {});
    await Deno.remove(path);
    listener.close();
  },
  "a folder that is not there is an error": async (folder) => {
    await assertRejects(() => unix.listen(address(`${folder}/none/a.sock`), {}), Deno.errors.NotFound);
  },
  "a path that is too long is an error": async (folder) => {
    await assertRejects(() => unix.listen(address(`${folder}/${"a".repeat(120)}`), {}));
  },
};

for (const [name, run] of Object.entries(cases)) {
  Deno.test({
    name: `unix: ${name}`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const folder = await Deno.makeTempDir({ prefix: "erpc-" });
      try {
        await run(folder);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

Deno.test({
  name: "unix: an abstract name needs no file",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const path = `\0erpc-test-${crypto.randomUUID()}`, listener = await unix.listen(address(path), {});
    await works(path, listener);
    listener.close();
  },
});
