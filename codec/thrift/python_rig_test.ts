/**
 * Runs Apache's Python library with the code that Apache's compiler writes for a document; holds no test itself.
 *
 * @module
 */

const PYTHON = "/usr/bin/python3";

/**
 * What `script` prints, a line of JSON each, when it reads `lines` as JSON: with the code that the compiler writes for
 * `document` on its path.
 */
export async function askPython(script: string, document: string, lines: readonly unknown[]): Promise<unknown[]> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/all.thrift`, document);
    await run("thrift", ["--gen", "py", "-out", folder, `${folder}/all.thrift`]);
    const input = lines.map((line) => JSON.stringify(line)).join("\n");
    const answers = await run(PYTHON, ["-c", `import sys\nsys.path.insert(0, sys.argv[1])\n${script}`, folder], input);
    return answers.trim().split("\n").map((line) => JSON.parse(line));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(command: string, args: readonly string[], input = ""): Promise<string> {
  const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const child = new Deno.Command(command, { args: [...args], ...pipes }).spawn();
  const fed = new Blob([input]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  await fed;
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

async function isThere(): Promise<boolean> {
  try {
    await run(PYTHON, ["-c", "import thrift.protocol.TCompactProtocol"]);
    await run("thrift", ["--version"]);
    return true;
  } catch {
    return false;
  }
}

/** Options of a test that needs them. */
export const needsPython: { ignore: boolean } = { ignore: !await isThere() };
/** What the names of such tests end with. */
export const note = needsPython.ignore ? " (thrift-compiler or python3-thrift is missing)" : "";
