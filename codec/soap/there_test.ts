/**
 * Whether programs that judge codec soap are there; holds no test itself.
 *
 * @module
 */

/** What the name of a test says when `check`, a command that must succeed, shows that `what` is missing; else "". */
export async function missing(what: string, [command, ...args]: readonly [string, ...string[]]): Promise<string> {
  try {
    const { success } = await new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output();
    return success ? "" : ` (${what} is missing)`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return ` (${what} is missing)`;
    throw error;
  }
}
