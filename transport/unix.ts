/**
 * Unix domain sockets: quicker than TCP between processes of one machine. TLS has no use here, and is not done.
 *
 * @module
 */
import type { Address } from "./address.ts";
import { listenerOf, wireOf } from "./deno_wire.ts";
import type { DialOptions, Listener, Transport, Wire } from "./transport.ts";

/** What may be said about Unix sockets. */
export interface UnixOptions {
  /** Permissions of the socket's file, such as `0o660`: who may write may connect. Default: what the process gives files. */
  readonly mode?: number;
}

/** Room for a path in the kernel's address, with the zero that ends it: 108 bytes on Linux, 104 elsewhere. */
const MAX_PATH_BYTES = () => (Deno.build.os === "linux" ? 108 : 104) - 1;

/**
 * Makes the transport `"unix"`, as `options` say. Addresses are `unix:///run/demo.sock`, or `unix://@demo` for a Linux name
 * without a file. Listening takes over the file of a server that is gone, and removes its own when closed. Throws RangeError
 * for a `mode` that is none.
 */
export function unixSocket({ mode }: UnixOptions = {}): Transport {
  if (mode !== undefined && !(Number.isInteger(mode) && mode >= 0 && mode <= 0o777)) {
    throw new RangeError(`Cannot use mode ${mode}: want 0 to 0o777`);
  }
  return { name: "unix", dial, listen: (address) => listen(address, mode) };
}

/** The transport `"unix"`. */
export const unix: Transport = unixSocket();

async function dial({ path }: Address, { signal }: DialOptions): Promise<Wire> {
  const options = { transport: "unix", path: systemPath(path), ...(signal !== undefined && { signal }) } as const;
  return wire(await Deno.connect(options), path);
}

function wire(conn: Deno.Conn, path: string): Wire {
  return wireOf(conn, `unix://${path}`, `unix://${path}`);
}

async function listen({ path }: Address, mode: number | undefined): Promise<Listener> {
  const file = systemPath(path);
  await removeStale(file);
  const listener = bind(file, mode);
  return listenerOf(listener, `unix://${path}`, (conn) => wire(conn, path), () => {
    if (isAbstract(file)) return;
    try {
      Deno.removeSync(file);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  });
}

/** The file has its permissions from the moment that it is there. */
function bind(path: string, mode: number | undefined): Deno.Listener {
  if (mode === undefined) return Deno.listen({ transport: "unix", path });
  const before = Deno.umask(0o777 & ~mode);
  try {
    return Deno.listen({ transport: "unix", path });
  } finally {
    Deno.umask(before);
  }
}

/** The path as the system has it, where a name without a file begins with a zero. Throws TypeError for one that is too long. */
function systemPath(path: string): string {
  const system = path.replace(/^@/, "\0"), size = new TextEncoder().encode(system).length, most = MAX_PATH_BYTES();
  if (size > most) throw new TypeError(`Cannot use unix://${path}: its path has ${size} bytes, want at most ${most}`);
  if (system.indexOf("\0", 1) > 0) {
    throw new TypeError(`Cannot use ${JSON.stringify(path)} as a path: it has a zero in it`);
  }
  return system;
}

/** Whether a path is a Linux name without a file. */
function isAbstract(path: string): boolean {
  return path.startsWith("\0");
}

/** Removes a socket file that nobody listens on; a live one, or a file of another kind, stays and listening fails. */
async function removeStale(path: string): Promise<void> {
  if (isAbstract(path)) return;
  const info = await Deno.lstat(path).catch(() => undefined);
  if (info === undefined || !info.isSocket) return;
  try {
    (await Deno.connect({ transport: "unix", path })).close();
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) await Deno.remove(path);
  }
}
