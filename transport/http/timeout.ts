/**
 * Deadlines in headers: `erpc-timeout` and `connect-timeout-ms` in milliseconds, `grpc-timeout` with a unit.
 *
 * @module
 */
import { RpcError } from "../../protocol/mod.ts";

/** Headers that say how long a call may take. */
export const timeoutHeaders: ReadonlySet<string> = new Set(["erpc-timeout", "connect-timeout-ms", "grpc-timeout"]);

const MAX_MS = 0xffffffff;

/** Milliseconds by unit of gRPC. */
const units: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** Milliseconds that the value of one of these headers says. Throws `invalid_argument` when it says none. */
export function timeoutOf(header: string, value: string): number {
  const [, digits, unit] = /^(\d{1,10})([HMSmun]?)$/.exec(value) ?? [];
  if (digits === undefined || (unit !== "") !== (header === "grpc-timeout")) {
    throw new RpcError("invalid_argument", `Cannot read header ${header}: got ${JSON.stringify(value.slice(0, 40))}`);
  }
  return Math.min(Math.ceil(Number(digits) * (units[unit!] ?? 1)), MAX_MS);
}
