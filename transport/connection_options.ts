/**
 * What a connection is told when it is made.
 *
 * @module
 */
import type { Codec } from "../codec/mod.ts";
import type { Compressor } from "../codec/compress/mod.ts";
import type { Peer, TimerWheel } from "../protocol/mod.ts";
import type { Connection } from "./connection.ts";
import type { Limits, Timing } from "./limits.ts";
import type { Answer } from "./request_receiver.ts";
import type { Stage } from "./stage/mod.ts";

/** How a connection behaves. */
export interface ConnectionOptions {
  /** Which end this is: the dialer speaks first and uses odd ids. */
  readonly role: "dialer" | "acceptor";
  /** Codecs of one's own for requests that come in, besides the built-in ones. */
  readonly codecs?: readonly Codec[];
  /** Compressors of one's own for bodies that come in, besides the built-in ones. */
  readonly compressors?: readonly Compressor[];
  /** Answers calls that come in; default: every call fails with `no_service`. */
  readonly answer?: Answer;
  /** Makes the peer that handlers see as `context.peer`. */
  readonly makePeer?: (connection: Connection) => Peer;
  /** Stages between frames and socket; both ends must run the same. */
  readonly stages?: readonly Stage[];
  /** Bounds. */
  readonly limits?: Limits;
  /** Times. */
  readonly timing?: Timing;
  /** Time. */
  readonly wheel?: TimerWheel;
  /** An open connection does not keep the process alive. */
  readonly background?: boolean;
  /** Called when the connection takes no new calls any more, and again when it has ended. */
  readonly onChange?: (connection: Connection) => void;
}
