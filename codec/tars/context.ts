/**
 * Metadata as the context of a TARS packet, and back.
 *
 * @module
 */
import { type Metadata, RpcError } from "../../protocol/mod.ts";

/** The context for `metadata`; throws RpcError `invalid_argument` for bytes, which a context can't carry. */
export function contextOf(metadata: Metadata): Map<string, string> {
  const context = new Map<string, string>();
  for (const [key, value] of metadata) {
    if (typeof value !== "string") {
      throw new RpcError("invalid_argument", `Cannot send metadata ${key} to a TARS peer: it is bytes, want text`);
    }
    context.set(key, value);
  }
  return context;
}

const metadataKey = /^(?!erpc-)[a-z0-9][a-z0-9._-]{0,127}$/;

/** The metadata of `context`: keys in lower case, without those that erpc has no form for. */
export function metadataOf(context: ReadonlyMap<string, string>): Metadata {
  const metadata = new Map<string, string>();
  for (const [key, value] of context) {
    const name = key.toLowerCase();
    if (metadataKey.test(name)) metadata.set(name, value);
  }
  return metadata;
}
