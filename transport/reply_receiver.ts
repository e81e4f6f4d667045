/**
 * Replies to calls that went out.
 *
 * @module
 */
import { FrameType, MetadataKey, readMetadata, readUser, RpcError } from "../protocol/mod.ts";
import type { Connection } from "./connection.ts";
import { readError } from "./error_frame.ts";
import type { FrameReader } from "./frame_reader.ts";
import type { Outgoing } from "./outgoing.ts";

/** Takes the replies that come in on one connection. */
export class ReplyReceiver {
  #connection: Connection;
  #frames: FrameReader;

  /** Makes the receiver of `connection`, whose frames `frames` reads. */
  constructor(connection: Connection, frames: FrameReader) {
    this.#connection = connection;
    this.#frames = frames;
  }

  /** Takes a response, an item or an end; one for nobody is late, and dropped. */
  reply(type: number, view: DataView, at: number, bodyAt: number, next: number, id: number): void {
    const { outgoing } = this.#connection, call = type === FrameType.item ? outgoing.get(id) : outgoing.delete(id);
    if (call === undefined) return;
    try {
      this.#give(type, view, at, bodyAt, next, call);
    } catch (error) {
      if (type === FrameType.item) this.#connection.abandon(call);
      call.fail(unreadable(call, error));
    }
    if (type !== FrameType.item) this.#connection.finished();
  }

  /** Gives up call `id` because of a frame that must not be skipped. */
  drop(id: number, what: string): void {
    const call = this.#connection.outgoing.get(id);
    if (call === undefined) return;
    this.#connection.abandon(call);
    call.fail(unreadable(call, new RpcError("internal", what)));
  }

  #give(type: number, view: DataView, at: number, bodyAt: number, next: number, call: Outgoing): void {
    const { maxMetadataEntries } = this.#connection.limits,
      status = view.getUint16(at + 6),
      { metadata } = this.#frames;
    if (status !== 0 && type !== FrameType.item) {
      const user = new Map<string, string | Uint8Array>();
      const error = readError(status, metadata, maxMetadataEntries, user);
      if (user.size > 0) call.gotMetadata(user);
      return call.fail(error);
    }
    checkKind(type, call);
    if (metadata.pos < metadata.end) call.gotMetadata(this.#user());
    if (type === FrameType.end) return call.gotEnd();
    const { response, id: codec } = call.coders!;
    if (view.getUint8(at + 4) !== codec) {
      throw new RpcError("internal", `codec ${view.getUint8(at + 4)}, want ${codec}`);
    }
    const body = this.#frames.inflated(view.getUint8(at + 5), bodyAt, next), size = Math.max(next - at, body.left);
    const value = response.decode(body);
    if (type === FrameType.response) call.gotResponse(value);
    else call.gotItem(value, next - at, size);
  }

  #user(): Map<string, string | Uint8Array> {
    const user = new Map<string, string | Uint8Array>();
    readMetadata(this.#frames.metadata, this.#connection.limits.maxMetadataEntries, (key, value) => {
      if (key === MetadataKey.text || key === MetadataKey.bytes) readUser(key, value, user);
    });
    return user;
  }
}

/** A reply is one response, or items and an end; which, the contract knows. */
function checkKind(type: number, { spec: { kind }, hasItems }: Outgoing): void {
  const isResponse = type === FrameType.response;
  if (isResponse && hasItems) throw new RpcError("internal", "a stream that ends with a response");
  if (kind === undefined || isResponse === (kind === "unary" || kind === "client_stream")) return;
  throw new RpcError("internal", isResponse ? "it is no stream" : "it is a stream");
}

/** Error of a call whose reply makes no sense here. Its method has run: no status may say otherwise. */
function unreadable({ spec }: Outgoing, cause: unknown): RpcError {
  const { code, message } = RpcError.from(cause, "internal");
  const kept = code === "resource_exhausted" ? code : "internal";
  return new RpcError(kept, `Cannot read the reply of ${spec.name}: ${message}`, { cause });
}
