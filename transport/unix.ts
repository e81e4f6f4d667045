/**
 * Unix domain sockets: twice as quick as TCP on one machine.
 *
 * @module
 */
import type { Address } from "./address.ts";
import { listenerOf, wireOf } from "./deno_wire.ts";
import type { Listener, Transport, Wire } from "./transport.ts";

/** The transport `"unix"`. Listening takes over the file of a server that is gone, and removes its own when closed. */
export const unix: Transport = {
  name: "unix",
  dial: async ({ path }) => wire(await Deno.connect({ transport: "unix", path }), path),
  listen,
};

function wire(conn: Deno.Conn, path: string): Wire {
  return wireOf(conn, `unix://${path}`, `unix://${path}`);
}

async function listen({ path }: Address): Promise<Listener> {
  await removeStale(path);
  const listener = Deno.listen({ transport: "unix", path });
  return listenerOf(listener, `unix://${path}`, (conn) => wire(conn, path), () => {
    if (isAbstract(path)) return;
    try {
      Deno.removeSync(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  });
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
