/**
 * Tokens: who can say what was sent to an address can receive there. Nothing is kept for them.
 *
 * @module
 */
import type * as NodeCrypto from "node:crypto";
import type { SocketAddress } from "./socket.ts";

/** Bytes of the number that a dialer makes up for each session. */
export const NONCE_BYTES = 8;
/** Bytes of a token: when it was made, and the first bytes of a MAC. */
export const TOKEN_BYTES = 32;

const MAC_BYTES = TOKEN_BYTES - 4;

/** A token is good for so long. */
const LIFE_SECONDS = 10;

/** Makes and checks the tokens of one socket. */
export class Tokens {
  #crypto = builtin();
  #secret: Uint8Array = crypto.getRandomValues(new Uint8Array(32));

  /** The token of an address and a nonce at `nowMs`. */
  make(to: SocketAddress, nonce: Uint8Array, nowMs: number): Uint8Array<ArrayBuffer> {
    return this.#at(to, nonce, Math.floor(nowMs / 1000));
  }

  /** Whether `token` was made for this address and nonce, not long before `nowMs`. */
  check(token: Uint8Array, from: SocketAddress, nonce: Uint8Array, nowMs: number): boolean {
    if (token.length !== TOKEN_BYTES) return false;
    const second = new DataView(token.buffer, token.byteOffset).getUint32(0), age = Math.floor(nowMs / 1000) - second;
    return age >= 0 && age <= LIFE_SECONDS && this.#crypto.timingSafeEqual(token, this.#at(from, nonce, second));
  }

  #at({ hostname, port }: SocketAddress, nonce: Uint8Array, second: number): Uint8Array<ArrayBuffer> {
    const token = new Uint8Array(TOKEN_BYTES);
    new DataView(token.buffer).setUint32(0, second);
    const hmac = this.#crypto.createHmac("sha256", this.#secret);
    const mac = hmac.update(`${hostname} ${port} ${second} `).update(nonce).digest();
    token.set(mac.subarray(0, MAC_BYTES), 4);
    return token;
  }
}

/** Asked for at run time, so that bundles for browsers need no node:crypto; at once, where WebCrypto would have to wait. */
function builtin(): typeof NodeCrypto {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const crypto = process?.getBuiltinModule?.("node:crypto");
  if (crypto === undefined) throw new TypeError("Cannot listen on udp: this runtime has no node:crypto");
  return crypto as typeof NodeCrypto;
}
