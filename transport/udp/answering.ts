/**
 * What one end of a session remembers of a slot: the last call in it, and what it was answered.
 *
 * @module
 */
import type { RpcError } from "../../protocol/mod.ts";
import type { Place } from "./link.ts";
import type { Assembly } from "./pieces.ts";

/** Pieces of the request are coming; it runs; there is a reply, or none is due; it was refused; its reply was thrown away. */
export type AnsweringState = "coming" | "running" | "done" | "refused" | "forgotten";

/** The last call of a slot. */
export class Answering {
  /** Its slot. */
  readonly slot: number;
  /** Its number in the slot. */
  readonly number: number;
  /** Id on this end's connection; 0 while it has none, and for the hello. */
  id = 0;
  /** How far it is. */
  state: AnsweringState = "coming";
  /** The request while it is coming. */
  request: Assembly | null = null;
  /** Datagrams of the reply. */
  reply: readonly Uint8Array<ArrayBuffer>[] = [];
  /** Bytes that are kept for it. */
  bytes = 0;
  /** In which round of throwing away it last changed. */
  round: number;
  /** Memory for a small reply, which the calls of a slot hand on. */
  memory: Uint8Array<ArrayBuffer> | undefined;
  /** Why it was refused. */
  refusal: RpcError | null = null;
  /** The caller waits to hear that it has come. */
  hurry = false;

  /** Begins with the first that is heard of a call. */
  constructor({ slot, number }: Place, round: number, memory: Uint8Array<ArrayBuffer> | undefined) {
    this.slot = slot;
    this.number = number;
    this.round = round;
    this.memory = memory;
  }
}
