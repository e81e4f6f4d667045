/**
 * What went wrong with a call, as TARS's `iRet` and as an RpcError.
 *
 * Normative source: the constants of TarsGo `tars/protocol/res/BaseF.tars`. Positive numbers are the application's; of
 * those, 1000 and above are business statuses of erpc too. What `iRet` can't say travels in the reply's `status` map, so
 * that between two erpc ends nothing is lost; other ends ignore it.
 *
 * @module
 */
import {
  type Code,
  codeOf,
  codes,
  refined,
  type Refinement,
  refinements,
  RpcError,
  travelling,
} from "../../protocol/mod.ts";
import type { ResponsePacket } from "./packet.ts";

/** Keys in a reply's `status` map of the status number and the code of an RpcError. */
const STATUS_KEY = "erpc-status", CODE_KEY = "erpc-code";

/** `iRet` of success (`TARSSERVERSUCCESS`), and of a failure that has no number of its own (`TARSSERVERUNKNOWNERR`). */
export const SUCCESS = 0, UNKNOWN = -99;

/** TARS's numbers, with their names and what they mean here. */
const meanings: Readonly<Record<number, readonly [name: string, code: Code | Refinement]>> = {
  [-1]: ["TARSSERVERDECODEERR", "bad_request_body"],
  [-2]: ["TARSSERVERENCODEERR", "bad_reply"],
  [-3]: ["TARSSERVERNOFUNCERR", "no_method"],
  [-4]: ["TARSSERVERNOSERVANTERR", "no_service"],
  [-5]: ["TARSSERVERRESETGRID", "failed_precondition"],
  [-6]: ["TARSSERVERQUEUETIMEOUT", "queue_timeout"],
  [-7]: ["TARSINVOKETIMEOUT", "deadline_exceeded"],
  [-8]: ["TARSPROXYCONNECTERR", "unavailable"],
  [-9]: ["TARSSERVEROVERLOAD", "overloaded"],
  [-10]: ["TARSADAPTERNULL", "unavailable"],
  [-11]: ["TARSINVOKEBYINVALIDESET", "failed_precondition"],
  [-12]: ["TARSCLIENTDECODEERR", "internal"],
  [-13]: ["TARSSENDREQUESTERR", "unavailable"],
  [UNKNOWN]: ["TARSSERVERUNKNOWNERR", "unknown"],
};

/** `iRet` by the number that travels in erpc, where TARS has one of the same meaning. */
const rets: ReadonlyMap<number, number> = new Map<number, number>([
  [refinements.bad_request_body, -1],
  [refinements.request_too_large, -1],
  [refinements.bad_reply, -2],
  [refinements.no_method, -3],
  [refinements.no_service, -4],
  [refinements.queue_timeout, -6],
  [codes.deadline_exceeded, -7],
  [refinements.overloaded, -9],
]);

/** The `iRet` for `error`: TARS's own number, the status itself from 1000 on, else {@linkcode UNKNOWN}. */
export function retOf({ status }: RpcError): number {
  return status >= 1000 ? status : rets.get(status) ?? UNKNOWN;
}

/** The entries of a reply's `status` map that say what the `iRet` of `error` does not. */
export function statusOf({ status, code }: RpcError): Map<string, string> {
  return new Map([[STATUS_KEY, String(travelling(status))], [CODE_KEY, code]]);
}

/**
 * The error that a reply says, or undefined when it says success. A number that neither TARS nor erpc knows becomes
 * `unknown`, with `{ iRet }` as its details.
 */
export function errorOf(packet: ResponsePacket): RpcError | undefined {
  const { iRet, sResultDesc } = packet;
  if (iRet === SUCCESS) return undefined;
  const [name, code] = meanings[iRet] ?? ["unknown"];
  const message = sResultDesc || `Cannot call: the TARS server answered ${iRet} (${name})`;
  const told = toldError(packet.status, message);
  if (told) return told;
  if (code !== undefined) return isRefinement(code) ? refined(code, message) : new RpcError(code, message);
  return new RpcError("unknown", message, iRet >= 1000 && iRet <= 0xffff ? { status: iRet } : { details: { iRet } });
}

function isRefinement(code: string): code is Refinement {
  return Object.hasOwn(refinements, code);
}

/** The error that the other end's {@linkcode statusOf} said; undefined when it said nothing, or nothing that makes sense. */
function toldError(told: ReadonlyMap<string, string>, message: string): RpcError | undefined {
  const status = travelling(Number(told.get(STATUS_KEY))), code = told.get(CODE_KEY) ?? "";
  if (!Object.hasOwn(codes, code) || !Number.isInteger(status) || status < 1 || status > 0xffff) return undefined;
  return status >= 1000 || codeOf(status) === code ? new RpcError(code as Code, message, { status }) : undefined;
}
