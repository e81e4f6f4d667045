/**
 * The address that others can reach a listener at.
 *
 * @module
 */
import { formatAddress, parseAddress } from "../transport/mod.ts";

const anywhere = new Set(["0.0.0.0", "::", ""]);

/** `bound`, with a host in place of "any": the machine's first outside IPv4 address, or loopback when it may not be asked. */
export function advertised(bound: string): string {
  const address = parseAddress(bound);
  if (address.port === 0 || !anywhere.has(address.hostname)) return bound;
  return formatAddress({ ...address, hostname: outsideHost() ?? "127.0.0.1" });
}

function outsideHost(): string | undefined {
  if (Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" }).state !== "granted") return undefined;
  const outside = Deno.networkInterfaces().find(({ family, address }) =>
    family === "IPv4" && !address.startsWith("127.")
  );
  return outside?.address;
}
