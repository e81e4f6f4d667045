/**
 * The first frame of each side: its limits, its features and the stages it runs. See protocol/PROTOCOL.md, "Hello".
 *
 * @module
 */
import {
  beginEntry,
  beginFrame,
  endEntry,
  endFrame,
  FrameType,
  type Reader,
  readMetadata,
  RpcError,
  type Writer,
  writeText,
  writeU32,
} from "../protocol/mod.ts";
import { INITIAL_WINDOW } from "./limits.ts";

/** Bytes of a nonce. */
export const NONCE_BYTES = 16;

const Key = { agent: 1, maxBody: 2, maxMetadata: 3, window: 4, maxCalls: 5, stages: 6, nonce: 7 } as const;

/** What a hello says. */
export interface Hello {
  /** Name and version of the sender's software; for logs. */
  readonly agent: string;
  /** Largest body it takes. */
  readonly maxBodyBytes: number;
  /** Largest metadata block it takes. */
  readonly maxMetadataBytes: number;
  /** Credit of each stream sent to it. */
  readonly streamWindowBytes: number;
  /** Calls it runs at once for this connection. */
  readonly maxCalls: number;
  /** Names of the stages that seal everything after this frame, outermost last. */
  readonly stages: readonly string[];
  /** 16 random bytes when there are stages. */
  readonly nonce: Uint8Array;
}

/** What is assumed of a peer until its hello is there. */
export const unknownPeer: Hello = {
  agent: "",
  maxBodyBytes: 4 << 20,
  maxMetadataBytes: 16 << 10,
  streamWindowBytes: INITIAL_WINDOW,
  maxCalls: 1000,
  stages: [],
  nonce: new Uint8Array(0),
};

/** Writes a hello frame. */
export function writeHello(out: Writer, hello: Hello): void {
  const at = beginFrame(out, FrameType.hello, 0, 0, 0, 0);
  writeText(out, Key.agent, hello.agent);
  writeU32(out, Key.maxBody, hello.maxBodyBytes);
  writeU32(out, Key.maxMetadata, hello.maxMetadataBytes);
  writeU32(out, Key.window, hello.streamWindowBytes);
  writeU32(out, Key.maxCalls, hello.maxCalls);
  if (hello.stages.length > 0) {
    writeText(out, Key.stages, hello.stages.join(","));
    const start = beginEntry(out, Key.nonce);
    out.raw(hello.nonce);
    endEntry(out, start);
  }
  endFrame(out, at, out.pos);
}

/** Reads the metadata block of a hello. Throws `invalid_argument` for values that make no sense. */
export function readHello(metadata: Reader, maxEntries: number): Hello {
  const hello = { ...unknownPeer };
  readMetadata(metadata, maxEntries, (key, value) => {
    if (key === Key.agent) hello.agent = value.text();
    else if (key === Key.maxBody) hello.maxBodyBytes = value.u32();
    else if (key === Key.maxMetadata) hello.maxMetadataBytes = value.u32();
    else if (key === Key.window) hello.streamWindowBytes = value.u32();
    else if (key === Key.maxCalls) hello.maxCalls = value.u32();
    else if (key === Key.stages) hello.stages = value.left === 0 ? [] : value.text().split(",");
    else if (key === Key.nonce) hello.nonce = value.take();
  });
  if (hello.streamWindowBytes < INITIAL_WINDOW) throw bad(`a stream window below ${INITIAL_WINDOW} bytes`);
  if (hello.maxCalls < 1) throw bad("no calls at all");
  if (hello.stages.length > 0 && hello.nonce.length !== NONCE_BYTES) {
    throw bad(`stages without ${NONCE_BYTES} bytes of nonce`);
  }
  return hello;
}

function bad(what: string): RpcError {
  return new RpcError("invalid_argument", `Cannot read hello: ${what}`);
}
