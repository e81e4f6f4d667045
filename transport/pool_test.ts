import { assert, assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../protocol/mod.ts";
import type { Connection } from "./connection.ts";
import { Pool } from "./pool.ts";
import { Rig, type RigOptions } from "./pool_rig_test.ts";

const cases: Record<string, [options: RigOptions, run: (rig: Rig) => Promise<void>]> = {
  "one connection carries as many calls as the other end runs, then there is another": [{}, async (rig) => {
    await rig.call();
    await rig.clock.advance(0); // the server has said how many
    const used: Connection[] = [];
    for (let i = 0; i < 5; i++) used.push(await rig.call());
    await rig.clock.advance(0);
    assertEquals([rig.dials, rig.open, rig.running.length, new Set(used).size], [3, 3, 6, 3]);
  }],
  "what an address has said of its limits is expected of its next connection": [{}, async (rig) => {
    const first = await rig.call();
    await rig.clock.advance(0);
    rig.accepted[0]!.close();
    await rig.clock.advance(0);
    const second = await rig.call();
    assert(second !== first && !second.greeted);
    assertEquals([second.maxCalls, second.outbox.peer.streamWindowBytes], [2, 65536]);
    await rig.clock.advance(0);
    assertEquals([second.maxCalls, second.outbox.peer.streamWindowBytes], [2, 262144]);
  }],
  "a burst shares one dial": [{}, async (rig) => {
    await Promise.all(Array.from({ length: 100 }, () => rig.call()));
    assertEquals(rig.dials, 1);
  }],
  "calls go to the connection that runs the fewest": [{ maxCalls: 10 }, async (rig) => {
    const [first] = [await rig.call()];
    await rig.clock.advance(0);
    for (let i = 0; i < 9; i++) await rig.call();
    const second = await rig.call();
    assert(second !== first);
    rig.answer(9);
    await rig.clock.advance(0);
    assertEquals([first!.outgoing.size, second.outgoing.size], [1, 1]);
    await rig.call();
    await rig.call();
    assertEquals([first!.outgoing.size, second.outgoing.size], [2, 2]);
  }],
  "a full pool lets calls wait, and serves them in turn": [{ pool: { size: 1 }, maxCalls: 1 }, async (rig) => {
    await rig.call();
    await rig.clock.advance(0);
    const order: number[] = [];
    for (let i = 0; i < 3; i++) rig.call().then(() => order.push(i));
    await rig.clock.advance(1000);
    assertEquals([order, rig.dials], [[], 1]);
    for (let i = 0; i < 3; i++) {
      rig.answer();
      await rig.clock.advance(0);
      assertEquals(order.length, i + 1);
    }
    assertEquals(order, [0, 1, 2]);
  }],
  "who waits for room gets a new connection when the old one ends": [
    { pool: { size: 1 }, maxCalls: 1 },
    async (rig) => {
      await rig.call();
      await rig.clock.advance(0);
      const waiting = [rig.call(), rig.call()];
      rig.accepted[0]!.close();
      await rig.clock.until(waiting[0]!);
      await rig.clock.advance(0);
      rig.answer(2);
      await rig.clock.until(waiting[1]!);
      assertEquals([rig.dials, rig.open], [2, 1]);
    },
  ],
  "room that is given back goes to who waits next": [{ pool: { size: 1 }, maxCalls: 1 }, async (rig) => {
    await rig.call();
    await rig.clock.advance(0);
    const unused = rig.pool.acquire().then(() => rig.pool.passOn()), used = rig.call();
    rig.answer();
    await rig.clock.until(Promise.all([unused, used]));
  }],
  "a dial that takes too long fails, and its late connection is closed": [
    { pool: { dialTimeoutMs: 1000 } },
    async (rig) => {
      const { dial } = rig.memory, go = Promise.withResolvers<void>();
      rig.memory.dial = async (address) => {
        await go.promise;
        return await dial.call(rig.memory, address);
      };
      const error = await assertRejects(() => rig.clock.until(rig.pool.acquire(), 1001), RpcError);
      assertEquals([error.status, error.message], [214, "Cannot reach mem://server: no connection within 1000 ms"]);
      assertEquals(rig.clock.now(), 1000);
      go.resolve();
      await rig.clock.advance(0);
      assertEquals([rig.accepted.length, rig.open], [1, 0]);
    },
  ],
  "after a failed dial the next must wait, longer each time, and meanwhile calls fail at once": [{
    pool: { backoffMs: 100, maxBackoffMs: 350 },
  }, async (rig) => {
    rig.stop();
    assertEquals(rig.pool.failing, false);
    for (const [i, base] of [100, 200, 350, 350].entries()) {
      const error = await assertRejects(() => rig.clock.until(rig.pool.acquire()), RpcError);
      assertEquals([error.message, rig.dials], ["Cannot reach mem://server: nothing listens on mem://server", i + 1]);
      assertEquals([rig.pool.failing, rig.pool.blocked(rig.clock.now())], [true, true]);
      await rig.clock.advance(base * 0.79);
      await assertRejects(() => rig.clock.until(rig.pool.acquire()), RpcError, "nothing listens");
      assertEquals(rig.dials, i + 1, "a dial was made too early");
      await rig.clock.advance(base * 0.42);
      assertEquals(rig.pool.blocked(rig.clock.now()), false);
    }
    rig.start();
    await rig.call();
    assertEquals([rig.pool.failing, rig.dials, rig.changes], [false, 5, 5]);
    rig.stop();
    rig.accepted[0]!.close();
    await rig.clock.advance(0);
    await assertRejects(() => rig.clock.until(rig.pool.acquire()), RpcError);
    await rig.clock.advance(121);
    assertEquals(rig.pool.blocked(rig.clock.now()), false, "a success starts the waits anew");
  }],
  "a connection without calls is closed when it is idle for long": [{ pool: { idleMs: 10_000 } }, async (rig) => {
    await rig.call();
    await rig.clock.advance(60_000);
    assertEquals(rig.open, 1, "a running call keeps it");
    rig.answer();
    await rig.clock.advance(9000);
    assertEquals(rig.open, 1);
    await rig.clock.advance(6000);
    assertEquals([rig.open, rig.pool.ready()], [0, null]);
    await rig.call();
    assertEquals([rig.dials, rig.open], [2, 1]);
  }],
  "a connection in use is never idle": [{ pool: { idleMs: 10_000 } }, async (rig) => {
    for (let i = 0; i < 30; i++) {
      await rig.call();
      await rig.clock.advance(1000);
      rig.answer();
      await rig.clock.advance(1000);
    }
    assertEquals(rig.dials, 1);
  }],
  "an old connection is replaced, and its calls end in peace": [{ pool: { maxAgeMs: 10_000 } }, async (rig) => {
    const old = await rig.call();
    await rig.clock.advance(15_000);
    assertEquals([old.ended, old.usable, rig.pool.ready()], [false, false, null]);
    const next = await rig.call();
    await rig.clock.advance(0);
    assertEquals([rig.dials, rig.open, old.outgoing.size], [2, 2, 1]);
    rig.answer();
    await rig.clock.advance(1);
    assertEquals([old.ended, next.ended, rig.open], [true, false, 1]);
  }],
  "connections do not all grow old at the same time": [{ pool: { maxAgeMs: 100_000 }, maxCalls: 1 }, async (rig) => {
    const connections = [await rig.call()];
    await rig.clock.advance(0);
    for (let i = 0; i < 3; i++) {
      connections.push(await rig.call());
      await rig.clock.advance(0);
    }
    rig.answer(4);
    const ended = new Map<Connection, number>();
    for (let s = 0; s < 150; s++) {
      await rig.clock.advance(1000);
      for (const connection of connections) if (connection.ended && !ended.has(connection)) ended.set(connection, s);
    }
    assertEquals(ended.size, 4);
    assert([...ended.values()].every((s) => s >= 89 && s <= 136));
  }],
  "an idle connection that the other end has closed is noticed before a call is put on it": [{}, async (rig) => {
    await rig.call();
    rig.answer();
    await rig.clock.advance(0);
    rig.accepted[0]!.close();
    await rig.clock.advance(0);
    assertEquals(rig.pool.ready(), null);
    await rig.call();
    assertEquals(rig.dials, 2);
  }],
  "an idle connection to a peer that has vanished is noticed by its heartbeat": [
    { faults: { stallAfterBytes: { received: 200 }, connections: 1 } },
    async (rig) => {
      for (let i = 0; i < 4; i++) {
        await rig.call();
        await rig.clock.advance(0);
        rig.answer();
        await rig.clock.advance(0);
      }
      await rig.clock.advance(60_000);
      assertEquals(rig.pool.ready(), null);
      await rig.call();
      assertEquals(rig.dials, 2);
    },
  ],
  "a black hole is given up when its hello does not come": [
    { faults: { dropRate: 1, connections: 1 } },
    async (rig) => {
      const call = await rig.call();
      await rig.clock.advance(10_100);
      assertEquals([call.ended, rig.pool.ready()], [true, null]);
      await rig.call();
      assertEquals(rig.dials, 2);
    },
  ],
  "closing ends what runs, what waits and what is being dialled": [{ pool: { size: 1 }, maxCalls: 1 }, async (rig) => {
    const used = await rig.call();
    await rig.clock.advance(0);
    const waiting = assertRejects(() => rig.call(), RpcError, "the client is closed");
    await rig.pool.close();
    await waiting;
    assertEquals([used.ended, rig.clock.wheel.size <= 1], [true, true]);
    await assertRejects(() => rig.call(), RpcError, "the client is closed");
  }],
  "closing in the middle of a dial leaves no connection behind": [{}, async (rig) => {
    const { dial } = rig.memory, go = Promise.withResolvers<void>();
    rig.memory.dial = async (address) => {
      await go.promise;
      return await dial.call(rig.memory, address);
    };
    const dialling = assertRejects(() => rig.pool.acquire(), RpcError, "the client is closed");
    await rig.clock.advance(0);
    const closing = rig.pool.close();
    go.resolve();
    await Promise.all([dialling, closing]);
    await rig.clock.advance(0);
    assertEquals(rig.open, 0);
  }],
  "closing with drain lets calls end": [{}, async (rig) => {
    const used = await rig.call();
    await rig.clock.advance(0);
    const closing = rig.pool.close(true);
    await rig.clock.advance(5000);
    assertEquals([used.ended, used.outgoing.size], [false, 1]);
    rig.answer();
    await rig.clock.until(closing);
    assertEquals(used.ended, true);
  }],
};

for (const [name, [options, run]] of Object.entries(cases)) {
  Deno.test(name, async () => {
    await using rig = new Rig(options);
    await run(rig);
  });
}

Deno.test("a bad address is a mistake of the programmer", async () => {
  await using rig = new Rig();
  assertEquals(rig.pool.address, "mem://server");
  const make = () =>
    new Pool("tcp://nowhere", {
      transport: () => Promise.reject(),
      connection: { role: "dialer", wheel: rig.clock.wheel },
    });
  await assertRejects(() => Promise.try(make), TypeError, "Cannot use");
});
