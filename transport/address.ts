/**
 * Addresses: where a peer is and which transport reaches it.
 *
 * @module
 */

/** A parsed address. */
export interface Address {
  /** Name of the transport, such as `"tcp"`. */
  readonly scheme: string;
  /** Host of a network address, without brackets; empty for the others. */
  readonly hostname: string;
  /** Port of a network address; 0 otherwise, or to let the system choose one. */
  readonly port: number;
  /** Path of a unix socket or of a web address (empty for `/`), name of a memory address. */
  readonly path: string;
}

const local = new Set(["unix", "mem", "worker"]);

/** Ports of web addresses that say none. */
const webPorts: ReadonlyMap<string, number> = new Map(
  Object.entries({ http: 80, https: 443, ws: 80, wss: 443, wt: 443 }),
);

/**
 * Parses `":8877"` (tcp on 127.0.0.1), `"host:8877"`, `"tcp://host:8877"`, `"unix:///run/x.sock"`, `"mem://name"`, and
 * `"https://host/path"`, whose port may be left out as that of the other web addresses. Throws TypeError for anything else.
 */
export function parseAddress(text: string): Address {
  const [, scheme = "tcp", rest = ""] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/s.exec(text)!;
  if (local.has(scheme)) {
    if (rest === "") throw bad(text, "a name after the //");
    return { scheme, hostname: "", port: 0, path: rest };
  }
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:/?#[\]\s]*)(?::(\d{1,5}))?(?:\/([^?#\s]*))?$/.exec(rest);
  const webPort = webPorts.get(scheme), port = Number(match?.[2] ?? webPort), path = match?.[3] ?? "";
  if (match === null || !(port <= 65535) || webPort === undefined && path !== "") {
    throw bad(text, `":8877", "host:8877" or "${scheme}://host:8877"`);
  }
  const hostname = match[1]!.replace(/^\[|\]$/g, "") || "127.0.0.1";
  return { scheme, hostname, port, path: path === "" ? "" : `/${path}` };
}

/** The text of an address, with its scheme. */
export function formatAddress({ scheme, hostname, port, path }: Address): string {
  if (local.has(scheme)) return `${scheme}://${path}`;
  return `${scheme}://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}${path}`;
}

function bad(text: string, want: string): TypeError {
  return new TypeError(`Cannot use ${JSON.stringify(text)} as an address: want ${want}`);
}
