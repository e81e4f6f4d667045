/**
 * The calls that go out on one connection: how they are opened, given up, and what becomes of them when it ends.
 *
 * @module
 */
import { RpcError } from "../protocol/mod.ts";
import { CallTable } from "./call_table.ts";
import type { Connection } from "./connection.ts";
import { ItemSender } from "./item_sender.ts";
import { left, lost, noStreams } from "./loss.ts";
import type { Outbox } from "./outbox.ts";
import type { Outgoing } from "./outgoing.ts";

/** Makes the calls of one connection. */
export class Caller {
  /** Calls that are not over. */
  readonly calls: CallTable<Outgoing> = new CallTable();
  #connection: Connection;
  #outbox: Outbox;
  #noStreams: string | undefined;
  #nextId: number;
  #askedId = 0;
  #queued = new Set<Outgoing>(); // wait for room, unencoded

  /** Makes the caller of `connection`, whose first call has `firstId`. */
  constructor(connection: Connection, outbox: Outbox, firstId: number) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#noStreams = connection.noStreams;
    this.#nextId = firstId;
  }

  /** Whether calls were opened since this was last asked. */
  takeUsed(): boolean {
    const used = this.#nextId !== this.#askedId;
    this.#askedId = this.#nextId;
    return used;
  }

  /** Sends the request of `call`, whose coders are set. The call fails when it can't be encoded. */
  open(call: Outgoing): void {
    const outbox = this.#outbox;
    if (this.#noStreams !== undefined && hasStreams(call)) return call.fail(noStreams(call.spec.name, this.#noStreams));
    if (outbox.isFull) return this.#openLater(call);
    const id = this.#nextId, coders = call.coders!;
    call.id = id;
    call.codec = coders.id;
    try {
      outbox.request(id, call, coders.request, call.streams ? undefined : call.request);
    } catch (error) {
      return call.fail(RpcError.from(error, "invalid_argument"));
    }
    this.#nextId = idAfter(id, this.calls);
    call.sentAt = outbox.sink.streamPos;
    call.connection = this.#connection;
    if (call.oneway) return call.gotResponse(undefined);
    this.calls.add(call);
    if (call.streams) this.#stream(call);
  }

  /** The caller of `call` no longer waits, because of `status`. */
  abandon(call: Outgoing, status: number): void {
    if (this.calls.delete(call.id) !== undefined && !this.#connection.ended) this.#outbox.cancel(call.id, status);
  }

  /** Streams may send so many bytes more. */
  grant(bytes: number): void {
    for (const { sender } of this.calls.values()) sender?.grant(bytes);
  }

  /** Calls whose ids are above were not run by the peer, because of `reason` if it says one. */
  refuseAbove(isAbove: (id: number) => boolean, reason: RpcError | undefined): void {
    for (const call of this.calls.values()) {
      if (!isAbove(call.id)) continue;
      this.calls.delete(call.id);
      call.fail(left(call, this.#connection.remote, reason));
    }
  }

  /** Calls will have no answer, because of `cause`; `flushed`: what is pending is written all the same. */
  failAll(cause: RpcError | undefined, flushed: boolean): void {
    const { sink } = this.#outbox, { remote } = this.#connection;
    for (const call of this.calls.values()) {
      this.calls.delete(call.id);
      call.fail(lost(call, remote, flushed || sink.hasHanded(call.sentAt), cause));
    }
    for (const call of this.#queued) call.fail(lost(call, remote, false, cause));
    this.#queued.clear();
  }

  #openLater(call: Outgoing): void {
    this.#queued.add(call);
    this.#outbox.whenRoom(() => {
      if (!this.#queued.delete(call) || call.settled) return;
      call.measure(this.#connection.now());
      this.#connection.open(call);
    });
  }

  #stream(call: Outgoing): void {
    const { id } = call, outbox = this.#outbox;
    const sender = new ItemSender(outbox, id, call.codec, call.coders!.request, outbox.peer.streamWindowBytes);
    call.sender = sender;
    sender.run(call.request as AsyncIterable<unknown>).then(
      () => sender.stopped || outbox.end(id),
      (error) => call.cancel(RpcError.from(error, "aborted")),
    );
  }
}

function hasStreams({ streams, spec: { kind } }: Outgoing): boolean {
  return streams || kind === "server_stream" || kind === "bidi";
}

/** The id after `id`: they wrap around, without 0 and without those of `calls`, which may live long. */
export function idAfter<T extends { readonly id: number }>(id: number, calls: CallTable<T>): number {
  do id = (id + 2) >>> 0 || 2; while (calls.get(id) !== undefined);
  return id;
}
