/**
 * Why a value or its bytes do not fit, with the path that is filled in while the error travels up; becomes an RpcError.
 *
 * @module
 */
import { type Code, type Reader, RpcError } from "../protocol/mod.ts";

const maxStep = 40, maxPath = 200;

/** Thrown inside the codecs only: costs the hot path nothing, because only a failure builds the path. */
export class Misfit extends Error {
  /** Steps from the root to the place, so far; outermost first. */
  path = "";
  /** Code of the RpcError to come. */
  readonly code: Code;

  /** Makes one for `reason`, such as `"got a number, want a string"`. */
  constructor(reason: string, code: Code = "invalid_argument", cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Throws a {@linkcode Misfit} for `reason`. */
export function misfit(reason: string): never {
  throw new Misfit(reason);
}

/** Throws a {@linkcode Misfit} when bytes are left, behind the value that was read. */
export function wantEnd({ left }: Reader): void {
  if (left > 0) misfit(left === 1 ? "1 byte follows the value" : `${left} bytes follow the value`);
}

/** `error`, whatever it is, as a {@linkcode Misfit} with `step` (`".name"`, `"[3]"`) put before its path. */
export function within(step: string, error: unknown): Misfit {
  const inner = asMisfit(error);
  const short = step.length > maxStep ? step.slice(0, maxStep) + "..." : step;
  if (inner.path.length < maxPath) inner.path = short + inner.path;
  else if (!inner.path.startsWith("...")) inner.path = "..." + inner.path;
  return inner;
}

/**
 * The RpcError for `error`, in the one wording of all codecs: "Cannot decode demo.User.tags[3]: got a number, want a string",
 * with `verb`, `root` and the path.
 */
export function refusal(error: unknown, verb: "encode" | "decode", root: string): RpcError {
  const { path, message, code, cause } = asMisfit(error);
  return new RpcError(code, `Cannot ${verb} ${root}${path}: ${message}`, cause === undefined ? {} : { cause });
}

function asMisfit(error: unknown): Misfit {
  if (error instanceof Misfit) return error;
  if (!(error instanceof RpcError)) return new Misfit(messageOf(error), "invalid_argument", error);
  return new Misfit(error.message.replace(/^Cannot (en|de)code: /, ""), error.code, error.cause);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
