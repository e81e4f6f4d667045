/**
 * A call whose request is one message, as one request of HTTP.
 *
 * @module
 */
import { soapModule } from "../../codec/mod.ts";
import { FrameType, Reader, refined, RpcError, type Writer, writeUser } from "../../protocol/mod.ts";
import { FrameSource } from "../frame_source.ts";
import { type FrameView, makeFrame } from "../frame_view.ts";
import { codedBody, frameCompression, readBody } from "./body.ts";
import { Credit } from "./credit.ts";
import { DuplexWire } from "./duplex_wire.ts";
import { errorIn } from "./failure.ts";
import { framesIn } from "./frames_in.ts";
import type { CallInit, WireCall } from "./http_wire.ts";
import { bareType, codecOfType, FRAMES, SOAP_CODEC, typeOfCodec } from "./media_type.ts";
import { requestOf, userIn } from "./request_of.ts";

/** Sends one request, and gives the connection what it is answered with. */
export class FetchCall implements WireCall {
  #init: CallInit;
  #id: number;
  #path: string;
  #headers: Record<string, string>;
  #body: Uint8Array<ArrayBuffer>;
  #abort = new AbortController();
  #credit: Credit;

  /** Takes what is needed out of a REQUEST frame. */
  constructor(frame: FrameView, init: CallInit) {
    const { path, headers } = requestOf(frame);
    this.#init = init;
    this.#id = frame.id;
    this.#path = path;
    this.#headers = headers;
    this.#body = frame.compression === 0 ? frame.body.slice() : codedBody(frame.compression, frame.body);
    this.#credit = new Credit(init.own.streamWindowBytes);
  }

  /** Sends the request. */
  start(): void {
    this.#run().catch((error) => this.#init.fail(this.#id, lostBy(error)));
  }

  /** Takes a WINDOW or CANCEL. */
  take(frame: FrameView): void {
    if (frame.type === FrameType.window) this.#credit.grant(new Reader(frame.body).u32() & 0x7fffffff);
    else this.abort();
  }

  /** Gives it up. */
  abort(): void {
    this.#abort.abort();
    this.#credit.stop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort, headers = this.#headers;
    const response = await this.#init.fetch(this.#path, { method: "POST", headers, body: this.#body, signal });
    const type = bareType(response.headers.get("content-type") ?? "");
    if (type === FRAMES && response.ok) return await this.#stream(response);
    const coding = response.headers.get("content-encoding") ?? "";
    const length = coding === "" ? response.headers.get("content-length") : null;
    const body = await readBody(response, { length, maxBytes: this.#init.own.maxBodyBytes });
    if (response.ok) this.#reply(response, codecOfType(type), body);
    else this.#failed(response, type === typeOfCodec(SOAP_CODEC) ? await fault(body) : undefined, body);
    this.#init.done(this.#id);
  }

  #reply({ headers, status }: Response, codec: number | undefined, body: Uint8Array): void {
    if (status === 202) return; // to a oneway call
    if (codec === undefined) {
      throw new RpcError("internal", `Cannot read the reply: content-type ${headers.get("content-type")}`);
    }
    const compression = frameCompression(headers.get("content-encoding") ?? ""), user = userIn(headers);
    const metadata = (out: Writer) => writeUser(out, user);
    this.#init.deliver(makeFrame({ type: FrameType.response, id: this.#id, codec, compression, metadata, body }));
  }

  #failed(response: Response, fault: RpcError | undefined, body: Uint8Array): void {
    this.#init.fail(this.#id, fault ?? errorIn(response, body), userIn(response.headers));
  }

  /** The frames of an answer that is a stream. */
  async #stream({ body }: Response): Promise<void> {
    const wire = new DuplexWire(body, "", ""), id = this.#id, { own, deliver, done } = this.#init;
    const source = new FrameSource((into) => wire.read(into), own);
    try {
      while (await source.fill()) {
        for (const frame of framesIn(source)) {
          frame.id = id;
          if (frame.type === FrameType.item) await this.#credit.take(frame.bytes.length);
          deliver(frame);
          if (frame.type !== FrameType.item) return done(id);
        }
      }
      throw new RpcError("unavailable", "Cannot finish: the answer ended before its stream");
    } finally {
      wire.close();
    }
  }
}

/** The Fault in a body, if it is one. */
async function fault(body: Uint8Array): Promise<RpcError | undefined> {
  const { soapError } = await soapModule();
  try {
    return soapError(body);
  } catch {
    return undefined; // no envelope
  }
}

/** The error of a call that `cause` has ended; one that has not left says so. */
export function lostBy(cause: unknown): RpcError {
  if (cause instanceof RpcError) return cause;
  const why = reasonOf(cause), text = `Cannot finish it: ${why}`;
  return isUnsent(why) ? refined("going_away", text, { cause }) : new RpcError("unavailable", text, { cause });
}

/** What a runtime's fetch says at the bottom of its errors. */
export function reasonOf(error: unknown): string {
  while (error instanceof Error && error.cause instanceof Error) error = error.cause;
  return error instanceof Error ? error.message : String(error);
}

/** Whether a request has not left because no connection could be made. */
function isUnsent(why: string): boolean {
  return /client error \(Connect\)|ECONNREFUSED|ENOTFOUND/.test(why);
}
