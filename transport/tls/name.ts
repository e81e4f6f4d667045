/**
 * Whether a certificate is for the name that was asked for, RFC 9525: alternative names count, the common name does not.
 *
 * @module
 */
import { isIP } from "node:net";
import type { Identity } from "../../protocol/mod.ts";

/** Whether `identity` is for the host `name`, a DNS name or an IP address. `*` stands for the whole first label. */
export function isFor({ altNames }: Identity, name: string): boolean {
  if (isIP(name) !== 0) return altNames.includes(`IP:${canonical(name)}`);
  const want = name.toLowerCase().replace(/\.$/, ""), dot = want.indexOf(".");
  const wildcard = dot > 0 && want.includes(".", dot + 1) ? `*${want.slice(dot)}` : undefined;
  return altNames.some((altName) => {
    if (!altName.startsWith("DNS:")) return false;
    const dns = altName.slice(4).toLowerCase();
    return dns === want || dns === wildcard;
  });
}

function canonical(ip: string): string {
  return ip.includes(":") ? URL.parse(`http://[${ip}]`)?.hostname.slice(1, -1) ?? ip : ip;
}
