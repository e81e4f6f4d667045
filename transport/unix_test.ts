import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { parseAddress } from "./address.ts";
import type { Listener } from "./transport.ts";
import { unix, unixSocket } from "./unix.ts";

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
  "a path that is too long is an error that says so, at both ends": async (folder) => {
    const most = Deno.build.os === "linux" ? 107 : 103,
      room = most - folder.length - 1,
      path = `${folder}/${"a".repeat(room)}`;
    const listener = await unix.listen(address(path), {}), long = address(`${path.slice(0, -1)}ä`);
    await works(path, listener);
    listener.close();
    const says = `its path has ${most + 1} bytes, want at most ${most}`;
    await assertRejects(() => unix.listen(long, {}), TypeError, says);
    await assertRejects(() => unix.dial(long, {}), TypeError, says);
  },
  "a path with a zero in it is an error": async (folder) => {
    await assertRejects(() => unix.listen(address(`${folder}/a\0b`), {}), TypeError, "it has a zero in it");
  },
  "the file has the permissions that were asked for, and files of others theirs": async (folder) => {
    const mask = Deno.umask();
    for (const mode of [0o600, 0o666, 0o770]) {
      const path = `${folder}/a.sock`, listener = await unixSocket({ mode }).listen(address(path), {});
      assertEquals((await Deno.lstat(path)).mode! & 0o777, mode);
      await works(path, listener);
      listener.close();
    }
    assertEquals(Deno.umask(), mask);
    await assertRejects(() => unixSocket({ mode: 0o600 }).listen(address(`${folder}/none/a.sock`), {}));
    assertEquals(Deno.umask(), mask, "after an error");
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
    const name = `erpc-test-${crypto.randomUUID()}`, listener = await unix.listen(address(`@${name}`), {});
    assertEquals(listener.address, `unix://@${name}`);
    await works(`@${name}`, listener);
    const second = await again(listener, `@${name}`);
    await works(`\0${name}`, second);
    second.close();
    await assertRejects(() => Deno.lstat(`@${name}`), Deno.errors.NotFound);
  },
});

/** A name is free as soon as its listener is closed. */
async function again(listener: Listener, path: string): Promise<Listener> {
  await assertRejects(() => unix.listen(address(path), {}), Deno.errors.AddrInUse);
  listener.close();
  return await unix.listen(address(path), {});
}

for (const mode of [-1, 0o1000, 1.5, NaN]) {
  Deno.test(`unix: ${mode} is no mode`, () => {
    assertThrows(() => unixSocket({ mode }), RangeError, `Cannot use mode ${mode}: want 0 to 0o777`);
  });
}
