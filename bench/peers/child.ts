/**
 * The process a server or a client runs in: `child.ts server NAME` prints `READY <port>`; `child.ts client NAME JOB`
 * prints `ROW <json>` with the figures of its cells, then ends.
 *
 * It ends itself when the process that started it is gone (its stdin ends) or after `LIMIT_MS`.
 *
 * @module
 */
import { keepAwake } from "./awake.ts";
import type { Cell, Row, Window } from "./cell.ts";
import { cpuMicros } from "./cpu.ts";
import { measure } from "./measure.ts";
import { type SystemName, systems } from "./mod.ts";
import type { System } from "./system.ts";

/** What a client process is told. */
export interface Job extends Window {
  /** Port of the server. */
  port: number;
  /** Process of the server, whose CPU time counts too. */
  serverPid: number;
  /** Load before the first cell, in ms. */
  warmMs: number;
  /** Whether the cores are kept awake while one call at a time is measured. */
  awake: boolean;
  /** Cells to measure, in this order. */
  cells: Cell[];
}

async function runClient(system: System, job: Job): Promise<void> {
  const client = await system.client(job.port);
  const cpu = () => cpuMicros([Deno.pid, job.serverPid]);
  await measure(client, "c64", { settleMs: job.warmMs / 2, measureMs: job.warmMs / 2, cpu });
  const row: Row = {};
  for (const cell of job.cells) {
    using _awake = job.awake && cell === "c1" ? keepAwake() : undefined;
    const figures = await measure(client, cell, { ...job, cpu });
    if (figures !== undefined) row[cell] = figures;
  }
  console.log(`ROW ${JSON.stringify(row)}`);
}

async function endWithParent(): Promise<never> {
  for await (const _ of Deno.stdin.readable);
  Deno.exit(3);
}

if (import.meta.main) {
  const [side, name, job] = Deno.args;
  endWithParent();
  setTimeout(() => Deno.exit(4), Number(Deno.env.get("LIMIT_MS")));
  const system = await systems[name as SystemName]();
  if (side === "server") {
    console.log(`READY ${await system.server()}`);
  } else {
    await runClient(system, JSON.parse(job!));
    Deno.exit(0);
  }
}
