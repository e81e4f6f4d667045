import { assertEquals, assertRejects } from "@std/assert";
import { centerRegistry, DEFAULT_CENTER } from "./default.ts";

/** What `ERPC_CENTER` and the option say, and which center is dialled first. */
const cases: Record<string, [environment: string | undefined, option: string | string[] | undefined, dialled: string]> =
  {
    "the option goes before the environment": ["env:1", "option:2", "option:2"],
    "the environment goes before the default": ["env:1", undefined, "env:1"],
    "without either it is the default": [undefined, undefined, DEFAULT_CENTER],
    "an empty environment is none": ["", undefined, DEFAULT_CENTER],
    "a list in the environment": ["one:1,two:2", undefined, "one:1 two:2"],
    "a list with spaces": [" one:1, two:2 ", undefined, "one:1 two:2"],
    "a list as option": [undefined, ["one:1", "tcp://two:2"], "one:1 two:2"],
    "a registry URL": [undefined, "erpc://one:1,two:2", "one:1 two:2"],
  };

for (const [name, [environment, option, want]] of Object.entries(cases)) {
  Deno.test(name, async () => {
    const { get } = Deno.env; // the environment itself belongs to all tests that run at the same time
    Deno.env.get = (name) => name === "ERPC_CENTER" ? environment : undefined;
    try {
      assertEquals(await dialled(option, want.split(" ").length), want);
    } finally {
      Deno.env.get = get;
    }
  });
}

/** The first `count` centers that are dialled. */
async function dialled(center: string | string[] | undefined, count: number): Promise<string> {
  const hosts: string[] = [], stop = new AbortController();
  const refuse = {
    name: "tcp",
    dial: ({ hostname, port }: { hostname: string; port: number }) => {
      if (hosts.push(`${hostname}:${port}`) === count) stop.abort();
      return Promise.reject(new Error("refused"));
    },
    listen: () => Promise.reject(new Error("nobody listens here")),
  };
  const registry = await centerRegistry(center, { transports: [refuse] });
  for await (const _ of registry.watch("demo", stop.signal));
  await registry.close();
  return hosts.slice(0, count).join(" ");
}

Deno.test("a bad address is refused at once", async () => {
  await assertRejects(() => centerRegistry("nowhere"), TypeError, 'Cannot use "nowhere" as an address');
});
