/**
 * The seam every system fills: a server that echoes, and a client that calls it over one connection.
 *
 * @module
 */
import type { Message } from "./message.ts";

/** One RPC stack, or one floor below them. */
export interface System {
  /** Title of its row, with version. */
  readonly name: string;
  /** Erpc itself, another stack (a peer), or bare sockets without calls (the floor). */
  readonly role: "erpc" | "peer" | "floor";
  /** What a reader of the figures has to know. */
  readonly note?: string;
  /** Starts an echo server on a free port of 127.0.0.1 and answers the port; it runs until the process ends. */
  server(): Promise<number>;
  /** Connects to the server at `port`. */
  client(port: number): Promise<Client>;
}

/** A connected client; what a system can't do is left out, and so is its figure. None of the functions uses `this`. */
export interface Client {
  /** Sends one small message and answers its echo. */
  readonly call?: (message: Message) => Promise<Message>;
  /** Sends `count` messages of `size` bytes in lock step with their echoes: what the floor does instead of calls. */
  readonly burst?: (count: number, size: number) => Promise<void>;
  /** A server stream of `count` small messages with ids from 0. */
  readonly stream?: (count: number) => AsyncIterable<Message>;
  /** Sends bytes and answers their echo. */
  readonly big?: (body: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
  /** Closes the connection. */
  readonly close: () => void | Promise<void>;
}
