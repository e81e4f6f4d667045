/**
 * CPU time of a process, from `/proc/<pid>/stat` (proc_pid_stat(5)), fields 14 (utime) and 15 (stime).
 *
 * @module
 */

/** Microseconds in a clock tick: USER_HZ is 100 wherever Linux runs Deno. */
const tickMicros = 10_000;

/** User and system time of all of a process's threads from a line of `/proc/<pid>/stat`, in µs. */
export function parseStat(line: string): number {
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" "); // the name before may hold blanks and parentheses
  return (Number(fields[11]) + Number(fields[12])) * tickMicros;
}

/** CPU time used so far by the processes together, in µs; undefined where there is no /proc. */
export function cpuMicros(pids: readonly number[]): number | undefined {
  try {
    return pids.reduce((sum, pid) => sum + parseStat(Deno.readTextFileSync(`/proc/${pid}/stat`)), 0);
  } catch {
    return undefined;
  }
}
