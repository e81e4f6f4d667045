/**
 * What every transport must do, as cases to run on it: erpc's own run them all, and so may users on theirs.
 *
 * @example
 * ```ts
 * import { memoryTransport, transportConformance } from "@erpc/erpc/testing";
 * const address = () => `mem://${crypto.randomUUID()}`;
 * for (const { run } of transportConformance(memoryTransport(), { address })) await run();
 * ```
 *
 * @module
 */
import type { Transport } from "../../transport/mod.ts";
import { bodyRefusals, bodyTrials } from "./transport_bodies.ts";
import { callTrials, type TransportTrial } from "./transport_calls.ts";
import { duplexStreamTrials, duplexTrials } from "./transport_duplex.ts";
import { lifeTrials, networkTrials, probeTrials } from "./transport_life.ts";
import { type TransportPlace, TransportRig } from "./transport_rig.ts";
import { streamTrials } from "./transport_streams.ts";
import { wireTrials } from "./transport_wires.ts";
import { fails, must, same, within } from "./verdict.ts";

export type { TransportPlace } from "./transport_rig.ts";

/**
 * What a transport may be unable to do: to carry streams, calls from an acceptor to its dialer, bodies of megabytes, and bytes
 * that are not whole frames; and to ask, as an acceptor, whether its dialer lives.
 */
export type TransportAbility = "streams" | "duplex" | "large" | "bytes" | "probes";

/** One thing a transport must do. */
export interface TransportCase {
  /** Sentence that says what. */
  readonly name: string;
  /** Rejects with an Error when the transport does not do it. */
  run(): Promise<void>;
}

/** Where a transport is tried, and what may be said about it. */
export interface TransportConformanceOptions extends TransportPlace {
  /** What it can't do, each with the reason. Who tries must be told so: of streams, in these very words. */
  readonly without?: Readonly<Partial<Record<TransportAbility, string>>>;
}

/** Milliseconds that a case may take. */
const LIMIT_MS = 30_000;

/** The cases for `transport`. */
export function* transportConformance(
  transport: Transport,
  options: TransportConformanceOptions,
): Iterable<TransportCase> {
  const { without = {}, carrier } = options, has = (ability: TransportAbility) => without[ability] === undefined;
  const served = {
    ...callTrials,
    ...has("streams") ? streamTrials : refusals("streams", refusesStreams(without.streams!)),
    ...has("duplex") ? duplexTrials : {},
    ...has("duplex") && has("streams") ? duplexStreamTrials : {},
    ...has("large") ? bodyTrials : bodyRefusals,
  };
  const bare = {
    ...lifeTrials,
    ...carrier === undefined ? {} : networkTrials,
    ...carrier !== undefined && has("probes") ? probeTrials : {},
    ...has("bytes") ? wireTrials : {},
  };
  const cases = [...entries(served, true), ...entries(bare, false)];
  for (const { name, trial, serves } of cases) {
    yield { name, run: () => within(LIMIT_MS, name, attempt(new TransportRig(transport, options), trial, serves)) };
  }
}

interface NamedTrial {
  readonly name: string;
  readonly trial: TransportTrial;
  readonly serves: boolean;
}

function entries(trials: Readonly<Record<string, TransportTrial>>, serves: boolean): NamedTrial[] {
  return Object.entries(trials).map(([name, trial]) => ({ name, trial, serves }));
}

async function attempt(rig: TransportRig, trial: TransportTrial, serves: boolean): Promise<void> {
  await using _ = rig;
  if (serves) await rig.serve();
  await trial(rig);
}

function refusals(ability: TransportAbility, trial: TransportTrial): Record<string, TransportTrial> {
  return { [`refuses ${ability} and says why`]: trial };
}

/** Streams are refused wherever they begin, before a handler runs, and other calls go on. */
function refusesStreams(why: string): TransportTrial {
  return async (rig) => {
    let runs = 0;
    rig.server.handle("demo.list", () => ++runs).handle("demo.count", function* () {
      yield 1;
    }).handle("demo.double", (n: number) => 2 * n);
    for (const request of [(async function* () {})(), null]) {
      const error = await fails(
        rig.client.call(request === null ? "demo.count" : "demo.list", request),
        "unimplemented",
      );
      must(error.message.includes(why), `the message is ${error.message}, want ${why}`);
    }
    same([runs, await rig.client.call("demo.double", 4)], [0, 8]);
  };
}
