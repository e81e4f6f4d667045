/**
 * Proof that a dialer gets what is sent to its address, which costs the acceptor no memory.
 *
 * @module
 */
import type { SocketAddress } from "../udp/socket.ts";
import type * as NodeCrypto from "node:crypto";

/** Bytes of a cookie: when it was made, u32 in seconds, then a MAC. */
export const COOKIE_BYTES = 16;

const VALID_S = 10;

/** Makes cookies and knows them again. */
export class CookieJar {
  #crypto = builtin();
  #key: Uint8Array = crypto.getRandomValues(new Uint8Array(32));

  /** The cookie of a dialer that has chosen `token`. */
  bake(from: SocketAddress, token: bigint, nowMs: number): Uint8Array<ArrayBuffer> {
    const cookie = new Uint8Array(COOKIE_BYTES), seconds = Math.floor(nowMs / 1000);
    new DataView(cookie.buffer).setUint32(0, seconds);
    const mac = this.#crypto.createHmac("sha256", this.#key);
    mac.update(`${from.hostname} ${from.port} ${token} ${seconds}`);
    cookie.set(mac.digest().subarray(0, COOKIE_BYTES - 4), 4);
    return cookie;
  }

  /** Whether `cookie` was made for that dialer, a short while ago. */
  knows(cookie: Uint8Array, from: SocketAddress, token: bigint, nowMs: number): boolean {
    const seconds = new DataView(cookie.buffer, cookie.byteOffset).getUint32(0), age = nowMs / 1000 - seconds;
    if (!(age >= 0 && age < VALID_S)) return false;
    return this.#crypto.timingSafeEqual(this.bake(from, token, seconds * 1000), cookie);
  }
}

/** Asked for at run time, so that bundles for browsers don't look for it. */
function builtin(): typeof NodeCrypto {
  return (globalThis as unknown as { process: { getBuiltinModule(name: string): typeof NodeCrypto } }).process
    .getBuiltinModule("node:crypto");
}
