/**
 * Finds transports by name.
 *
 * @module
 */
import { transports } from "./mod.ts";
import type { Transport } from "./transport.ts";

/** Loads the transport of an address scheme: one of `own`, else a built-in one. Rejects with TypeError for an unknown one. */
export async function loadTransport(scheme: string, own: readonly Transport[] = []): Promise<Transport> {
  const found = own.find(({ name }) => name === scheme);
  if (found !== undefined) return found;
  if (!Object.hasOwn(transports, scheme)) {
    throw new TypeError(
      `Cannot use transport ${JSON.stringify(scheme)}: want one of ${Object.keys(transports).join(", ")}`,
    );
  }
  return await transports[scheme as keyof typeof transports]();
}
