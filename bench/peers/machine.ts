/**
 * The machine and the versions a run is of.
 *
 * @module
 */

/** One line about the machine: cores, processor, kernel, Deno and V8. */
export function describeMachine(): string {
  const cores = navigator.hardwareConcurrency;
  const { deno, v8 } = Deno.version;
  return `${cores} cores (${processor()}), ${Deno.build.os} ${Deno.osRelease().split("-")[0]}, Deno ${deno}, V8 ${v8}`;
}

function processor(): string {
  try {
    return /^model name\s*: (.*)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
  } catch {
    return Deno.build.arch;
  }
}
