/**
 * Telling a peer why its connection ends.
 *
 * @module
 */
import { MAGIC, RpcError } from "../protocol/mod.ts";
import type { FrameSource } from "./frame_source.ts";
import type { Outbox } from "./outbox.ts";
import type { Wire } from "./transport.ts";

/** What a refusal needs of its connection. */
export interface Refused {
  /** The wire. */
  readonly wire: Wire;
  /** What has come. */
  readonly source: FrameSource;
  /** For what is told. */
  readonly outbox: Outbox;
  /** Highest id of a call that came in. */
  readonly lastId: number;
  /** Frames have come, so that the peer speaks erpc. */
  readonly greeted: boolean;
  /** Whether a frame may be sent: not while frames are held back for stages that do not run yet. */
  readonly maySpeak: boolean;
}

/**
 * Tells a peer that broke the rules why; one of another protocol gets no frame, and one that has gone nothing. Resolves when
 * the peer has closed, which it does as soon as it knows: closing first would reset the connection under what it sends, and
 * it might never learn.
 */
export async function refuse(error: unknown, { wire, source, outbox, ...at }: Refused): Promise<void> {
  if (!(error instanceof RpcError) || error.code === "data_loss") return;
  if (!at.greeted && isForeign(source.rest)) {
    if (looksLikeHttp(source.rest)) await wire.write(HTTP_REFUSAL);
    return;
  }
  if (!at.maySpeak) return;
  outbox.goaway(at.lastId, error);
  await new Promise<void>((resolve) => outbox.sink.whenBelow(1, resolve));
  while (await wire.read(source.bytes) !== null);
}

/** Whether these bytes, if any, are of another protocol. */
function isForeign(bytes: Uint8Array): boolean {
  return bytes.length > 0 && (bytes[0] !== MAGIC >> 8 || bytes.length > 1 && bytes[1] !== (MAGIC & 0xff));
}

function looksLikeHttp(bytes: Uint8Array): boolean {
  return /^[A-Z]{3,7} [/*a-z]/.test(String.fromCharCode(...bytes.subarray(0, 9)));
}

const HTTP_REFUSAL = new TextEncoder().encode(
  "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\nThis port speaks erpc.\n",
);
