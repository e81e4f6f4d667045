/**
 * Any transport with faults, chosen by a seed, so that what once went wrong goes wrong again.
 *
 * @module
 */
import { systemClock } from "../protocol/mod.ts";
import type { Address, DialOptions, Listener, ListenOptions, Transport, Wire } from "../transport/mod.ts";
import { type FaultCounts, type FaultOptions, noFaults } from "./faults.ts";
import { type FaultPlan, FaultyWire } from "./faulty_wire.ts";
import { seeded } from "./seeded.ts";

/** A transport with faults. */
export interface FaultyTransport extends Transport {
  /** How often each fault happened. */
  readonly counts: Readonly<FaultCounts>;
  /** Connections made from now on have no faults. */
  heal(): void;
}

/**
 * Makes `transport` faulty, for connections it dials and for those it accepts.
 *
 * @example
 * ```ts
 * import { Client, Server } from "@erpc/erpc";
 * import { faulty, memoryTransport } from "@erpc/erpc/testing";
 * const memory = memoryTransport();
 * const cut = faulty(memory, { seed: 1, cutAfterBytes: { received: 80 }, connections: 1 });
 * await using server = new Server({ transports: [memory], registry: false });
 * server.handle("demo.hello", () => "hello");
 * await server.listen("mem://demo");
 * await using client = new Client({ transports: [cut], address: "mem://demo" });
 * console.assert(await client.call("demo.hello", null, { idempotent: true }) === "hello");
 * console.assert(cut.counts.cuts === 1 && cut.counts.connections === 2);
 * ```
 */
export function faulty(transport: Transport, options: FaultOptions): FaultyTransport {
  const { seed, clock = systemClock, connections = Infinity, refuseRate = 0 } = options;
  const plan: FaultPlan = { options, clock, random: seeded(seed), counts: noFaults() };
  let healed = false;
  const wrap = (wire: Wire) => {
    const isFaulty = plan.counts.connections++ < connections && !healed;
    return isFaulty ? new FaultyWire(wire, plan) : wire;
  };
  return {
    name: transport.name,
    counts: plan.counts,
    heal: () => void (healed = true),
    async dial(address: Address, dialOptions: DialOptions): Promise<Wire> {
      if (!healed && refuseRate > 0 && plan.random() < refuseRate) {
        plan.counts.refused++;
        throw new Error("connection refused (on purpose)");
      }
      return wrap(await transport.dial(address, dialOptions));
    },
    async listen(address: Address, listenOptions: ListenOptions): Promise<Listener> {
      const listener = await transport.listen(address, listenOptions);
      return { address: listener.address, connections: mapped(listener, wrap), close: () => listener.close() };
    },
  };
}

async function* mapped({ connections }: Listener, wrap: (wire: Wire) => Wire): AsyncGenerator<Wire> {
  for await (const wire of connections) yield wrap(wire);
}
