/**
 * Why a value or its bytes do not fit, with the path that is filled in while the error travels up; becomes an RpcError.
 *
 * @module
 */
import { type Code, RpcError } from "../protocol/mod.ts";

const maxStep = 40, maxPath = 200;

/** Thrown inside the codecs only: costs the hot path nothing, because only a failure builds the path. */
export class Misfit extends Error {
  /** Steps from the root to the place, so far; outermost first. */
  path = "";
  /** Code of the RpcError to come. */
  readonly code: Code;

  /** Makes one for `reason`, such as `"type 5, want a string"`. */
  constructor(reason: string, code: Code = "invalid_argument", cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Throws a {@linkcode Misfit} for `reason`. */
export function misfit(reason: string): never {
  throw new Misfit(reason);
}

/** `error` with `step` (`".name"`, `"[3]"`) put before its path; what is neither a Misfit nor an RpcError stays as it is. */
export function within(step: string, error: unknown): unknown {
  const inner = asMisfit(error);
  if (!inner) return error;
  const short = step.length > maxStep ? step.slice(0, maxStep) + "..." : step;
  if (inner.path.length < maxPath) inner.path = short + inner.path;
  else if (!inner.path.startsWith("...")) inner.path = "..." + inner.path;
  return inner;
}

/** The RpcError for `error`: "Cannot `verb` `root` with its path (`codec`): reason"; other errors stay as they are. */
export function reported(error: unknown, verb: "encode" | "decode", root: string, codec: string): unknown {
  const misfit = asMisfit(error);
  if (!misfit) return error;
  const options = misfit.cause === undefined ? {} : { cause: misfit.cause };
  return new RpcError(misfit.code, `Cannot ${verb} ${root}${misfit.path} (${codec}): ${misfit.message}`, options);
}

function asMisfit(error: unknown): Misfit | undefined {
  if (error instanceof Misfit) return error;
  if (!(error instanceof RpcError)) return undefined;
  return new Misfit(error.message.replace(/^Cannot (en|de)code: /, ""), error.code, error.cause);
}
