/**
 * Runs a script of Python, with Debian's python3-lxml, for the tests beside; holds no test itself.
 *
 * @module
 */
const PYTHON = "/usr/bin/python3";

async function isThere(): Promise<boolean> {
  try {
    return (await new Deno.Command(PYTHON, { args: ["-c", "import lxml.etree"], stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** What the name of a test says when it can't run; else "". */
export const missing: string = await isThere() ? "" : " (python3-lxml is missing)";

/** The lines of JSON that `script` writes for `lines`, which it gets as such. */
export async function ask<T>(script: string, lines: readonly unknown[]): Promise<T[]> {
  const child = new Deno.Command(PYTHON, { args: ["-c", script], stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const input = new Blob([lines.map((line) => JSON.stringify(line)).join("\n")]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  await input;
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const answers = new TextDecoder().decode(stdout).trim().split("\n");
  if (answers.length !== lines.length) {
    throw new Error(`Python gave ${answers.length} answers for ${lines.length} lines`);
  }
  return answers.map((line) => JSON.parse(line));
}
