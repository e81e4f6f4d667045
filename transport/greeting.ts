/**
 * How a connection begins: each end says hello, then the stages start that both run.
 *
 * @module
 */
import { FrameError, Writer } from "../protocol/mod.ts";
import type { WriteBytes } from "./frame_sink.ts";
import { type Hello, NONCE_BYTES, writeHello } from "./hello.ts";
import type { Limits } from "./limits.ts";
import type { Outbox } from "./outbox.ts";
import type { Stage } from "./stage/mod.ts";
import { type Dispatcher, maxChunkBytes, openStages, sealStages } from "./staged.ts";

/** Name and version that hellos carry. */
const AGENT = "erpc-deno/0.1.0";

/** What a greeting needs of its connection. */
export interface GreetingInit {
  /** Which end this is. */
  readonly role: "dialer" | "acceptor";
  /** Bounds to tell the peer. */
  readonly limits: Limits;
  /** Stages of this end. */
  readonly stages: readonly Stage[];
  /** Where frames go. */
  readonly outbox: Outbox;
  /** Writes to the wire, past the stages. */
  readonly write: WriteBytes;
  /** Gets the frames that come from the stages. */
  readonly opened: Dispatcher;
  /** Gets what a stage fails with while nothing is on its way. */
  readonly onError: (error: unknown) => void;
}

/** The beginning of one connection. */
export class Greeting {
  #init: GreetingInit;
  #nonce: Uint8Array<ArrayBuffer>;
  #running = false;
  #said: Promise<void> = Promise.resolve(); // settled when a hello that goes around the stages is written

  /** Prepares it; with stages, all frames are held back until they run. */
  constructor(init: GreetingInit) {
    this.#init = init;
    this.#nonce = new Uint8Array(init.stages.length > 0 ? NONCE_BYTES : 0);
    if (init.stages.length === 0) return;
    crypto.getRandomValues(this.#nonce);
    init.outbox.sink.hold();
  }

  /** Says hello to the peer. */
  say(): void {
    const { limits, stages, outbox: { sink }, write, onError } = this.#init;
    const hello = { agent: AGENT, ...limits, stages: stages.map(({ name }) => name), nonce: this.#nonce };
    if (stages.length === 0) {
      writeHello(sink, hello);
      return sink.flush();
    }
    const out = new Writer(256);
    writeHello(out, hello);
    this.#said = write(out.slice());
    this.#said.catch(onError);
  }

  /**
   * Takes the peer's hello, answers it where that is due and starts the stages, if any: what it returns opens a sealed chunk.
   * Throws {@linkcode FrameError} when the peer runs other stages.
   */
  take(hello: Hello): ((sealed: Uint8Array) => Promise<void>) | null {
    const { role, stages, outbox } = this.#init, names = stages.map(({ name }) => name).join();
    if (names !== hello.stages.join()) {
      const why = `this end runs stages [${names}], the other [${hello.stages}]`;
      throw new FrameError("failed_precondition", `Cannot talk: ${why}`);
    }
    outbox.peer = hello;
    if (role === "acceptor") this.say();
    return stages.length === 0 ? null : this.#startStages(hello.nonce);
  }

  /** Whether a frame that refuses the peer may be sent now: not when it would free others that wait for stages. */
  mayRefuse(): boolean {
    const { stages, outbox: { sink } } = this.#init;
    if (stages.length === 0 || this.#running) return true;
    if (sink.pending > 0) return false;
    sink.release();
    return true;
  }

  #startStages(remoteNonce: Uint8Array): (sealed: Uint8Array) => Promise<void> {
    const { role, limits, stages, outbox, write, opened, onError } = this.#init;
    const link = { role, localNonce: this.#nonce, remoteNonce, maxChunkBytes: maxChunkBytes(limits) };
    const pairs = stages.map((stage) => stage.connect(link));
    const seals = pairs.map(({ seal }) => seal), opens = pairs.map(({ open }) => open).reverse();
    outbox.sink.redirect(sealStages(seals, (bytes) => this.#said.then(() => write(bytes)), onError));
    outbox.sink.release();
    this.#running = true;
    return openStages(opens, limits, opened, onError);
  }
}
