/**
 * Which DEFLATE this process uses: the runtime's own where `node:zlib` is there, else the portable one.
 *
 * @module
 */
import type { DeflateEngine } from "./deflate_engine.ts";
import type { ZlibModule } from "./native_engine.ts";

/** The engine of this process. */
export const engine: DeflateEngine = await chooseEngine(() => import("node:zlib"));

/** The native engine when `importZlib` gives a usable module, else the portable one. */
export async function chooseEngine(importZlib: () => Promise<ZlibModule>): Promise<DeflateEngine> {
  try {
    const [zlib, { nativeEngine }] = await Promise.all([importZlib(), import("./native_engine.ts")]);
    return nativeEngine(zlib);
  } catch {
    return (await import("./portable_engine.ts")).portableEngine;
  }
}
