/**
 * Two ways to a stream of frames in both directions: a request whose answer comes while its body is still sent, and a
 * WebSocket.
 *
 * @module
 */
import { refined } from "../../protocol/mod.ts";
import { parseAddress } from "../address.ts";
import type { Wire } from "../transport.ts";
import { dialGlobal } from "../websocket/dial_global.ts";
import { DuplexWire } from "./duplex_wire.ts";
import { errorIn } from "./failure.ts";
import type { CallInit } from "./http_wire.ts";
import { bareType, FRAMES } from "./media_type.ts";

/** Sends a request of frames, whose answer is one, too. */
export function dialByFetch({ fetch }: CallInit, signal: AbortSignal): Promise<Wire> {
  const answer = Promise.withResolvers<ReadableStream<Uint8Array> | null>();
  const wire = new DuplexWire(answer.promise, "", ""), headers = { "content-type": FRAMES, accept: FRAMES };
  fetch("/", { method: "POST", headers, body: wire.body, duplex: "half", signal })
    .then(framesOf)
    .then(answer.resolve, answer.reject);
  return Promise.resolve(wire);
}

/** The frames of an answer. Throws what it says when it is none of frames. */
async function framesOf(response: Response): Promise<ReadableStream<Uint8Array> | null> {
  if (response.ok && bareType(response.headers.get("content-type") ?? "") === FRAMES) return response.body;
  throw errorIn(response, await response.bytes());
}

/** Opens a WebSocket at the same place. */
export async function dialByWebSocket({ base }: CallInit, signal: AbortSignal): Promise<Wire> {
  try {
    return await dialGlobal(parseAddress(base.replace(/^http/, "ws")), { signal });
  } catch (cause) {
    throw refined("going_away", `Cannot send it: ${(cause as Error).message}`, { cause }); // nothing has left
  }
}
