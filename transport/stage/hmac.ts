/**
 * Authentication of every chunk with HMAC-SHA256 and a shared secret; no encryption, see TLS for that.
 *
 * The key is derived from the secret and both ends' nonces, and each chunk carries its number, so nothing can be replayed,
 * reordered or reflected. Chunk on the wire: 32 bytes of MAC, then the frames.
 *
 * @module
 */
import type * as NodeCrypto from "node:crypto";
import { RpcError } from "../../protocol/mod.ts";
import type { Stage, StageLink } from "./stage.ts";

const MAC_BYTES = 32;

/**
 * Makes the stage `"hmac"` for a secret of at least 16 bytes; throws RangeError for a shorter one, and TypeError where the
 * runtime has no node:crypto (browsers): WebCrypto costs ten times as much a chunk.
 */
export function hmac(secret: string | Uint8Array): Stage {
  builtin();
  const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : secret;
  if (bytes.length < 16) throw new RangeError(`Cannot use the hmac secret: ${bytes.length} bytes, want at least 16`);
  return {
    name: "hmac",
    connect(link) {
      const key = connectionKey(bytes, link);
      const here = link.role === "dialer" ? 0 : 1;
      return { seal: sealer(key, here), open: opener(key, 1 - here) };
    },
  };
}

/** Asked for at run time, so that a browser can load this module. */
function builtin(): typeof NodeCrypto {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const crypto = process?.getBuiltinModule?.("node:crypto");
  if (crypto === undefined) throw new TypeError("Cannot use the hmac stage: this runtime has no node:crypto");
  return crypto as typeof NodeCrypto;
}

function connectionKey(secret: Uint8Array, { role, localNonce, remoteNonce }: StageLink): Uint8Array {
  const [dialer, acceptor] = role === "dialer" ? [localNonce, remoteNonce] : [remoteNonce, localNonce];
  return builtin().createHmac("sha256", secret).update("erpc hmac 1").update(dialer).update(acceptor).digest();
}

/** MAC of chunk number `n` in one direction; the number is 8 bytes big-endian behind the direction. */
function macOf(key: Uint8Array, direction: number, n: number, chunk: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(9));
  head.setUint8(0, direction);
  head.setBigUint64(1, BigInt(n));
  return builtin().createHmac("sha256", key).update(new Uint8Array(head.buffer)).update(chunk).digest();
}

function sealer(key: Uint8Array, direction: number): (chunk: Uint8Array) => Uint8Array {
  let n = 0;
  return (chunk) => {
    const sealed = new Uint8Array(MAC_BYTES + chunk.length);
    sealed.set(macOf(key, direction, n++, chunk));
    sealed.set(chunk, MAC_BYTES);
    return sealed;
  };
}

function opener(key: Uint8Array, direction: number): (sealed: Uint8Array) => Uint8Array {
  let n = 0;
  return (sealed) => {
    const chunk = sealed.subarray(MAC_BYTES);
    const right = sealed.length >= MAC_BYTES &&
      builtin().timingSafeEqual(sealed.subarray(0, MAC_BYTES), macOf(key, direction, n++, chunk));
    if (!right) {
      throw new RpcError("unauthenticated", "Cannot open a chunk (hmac): wrong secret, or the bytes were changed");
    }
    return chunk;
  };
}
