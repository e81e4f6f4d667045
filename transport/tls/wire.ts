/**
 * A wire over a TLS socket of `node:tls`, the one interface of the runtime that can ask for certificates, take new ones
 * while it listens, and close a connection whose handshake has not ended.
 *
 * @module
 */
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Identity } from "../../protocol/mod.ts";
import type { Wire } from "../transport.ts";
import { Unread } from "../unread.ts";
import { explained } from "./fault.ts";

/** With so much unread nothing more is taken from the network. */
const FULL_BYTES = 256 << 10;
/** More unread than can have been on its way ends the connection: then the network could not be told to wait. */
const MAX_UNREAD_BYTES = 32 << 20;

/** What is known of a TLS connection beside its socket. */
export interface TlsWireInit {
  /** The TCP socket below. */
  readonly tcp: Socket;
  /** Address of the other end. */
  readonly remote: string;
  /** Address of this end. */
  readonly local: string;
  /** Who the other end has proven to be. */
  readonly identity: Identity | undefined;
  /** This end has dialled. */
  readonly dialled: boolean;
}

interface Reading {
  readonly into: Uint8Array;
  readonly resolve: (n: number | null) => void;
  readonly reject: (error: Error) => void;
}

/** A wire over `socket`, whose handshake has ended. */
export class TlsWire implements Wire {
  /** Address of the other end. */
  readonly remote: string;
  /** Address of this end. */
  readonly local: string;
  /** Who the other end has proven to be. */
  readonly identity?: Identity;
  #socket: TLSSocket;
  #tcp: Socket;
  #unread = new Unread();
  #full = false;
  #heard = false;
  #reading: Reading | null = null;
  #ended: { readonly error: Error | undefined } | null = null;
  #closed = false;

  /** Takes over `socket`. */
  constructor(socket: TLSSocket, { tcp, remote, local, identity, dialled }: TlsWireInit) {
    this.#socket = socket;
    this.#tcp = tcp;
    this.remote = remote;
    this.local = local;
    if (identity !== undefined) this.identity = identity;
    socket.on("data", (chunk: Uint8Array) => this.#got(chunk));
    socket.on("error", (error: Error) => this.#end(explained(error)));
    socket.on("end", () => this.#end(dialled && !this.#heard ? unheard() : undefined));
    socket.on("close", () => this.#end(undefined));
  }

  /** Reads what has come. */
  read(into: Uint8Array): Promise<number | null> {
    if (this.#unread.length > 0) return Promise.resolve(this.#take(into));
    return new Promise((resolve, reject) => {
      this.#reading = { into, resolve, reject };
      if (this.#ended !== null) this.#settle();
    });
  }

  /** Encrypts and sends. */
  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) return reject(this.#ended.error ?? new Error("the other end has closed"));
      this.#socket.write(bytes, (error) => error ? reject(explained(error)) : resolve(bytes.length));
    });
  }

  /** From now on the connection does not keep the process alive. */
  background(): void {
    this.#socket.unref();
    this.#tcp.unref();
  }

  /** Says that this is the end where that can be said at once, and closes. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unread.clear();
    this.#end(undefined);
    if (this.#socket.writableLength === 0) this.#socket.end();
    this.#socket.destroy();
  }

  #got(chunk: Uint8Array): void {
    this.#heard = true;
    if (this.#ended !== null) return;
    this.#unread.push(chunk);
    if (this.#reading !== null) this.#settle();
    if (this.#unread.length > MAX_UNREAD_BYTES) this.#overrun();
    else if (this.#unread.length > FULL_BYTES && !this.#full) this.#setFull(true);
  }

  #setFull(full: boolean): void {
    this.#full = full;
    takeFromNetwork(this.#tcp, !full);
  }

  #overrun(): void {
    this.#end(new Error("it sent too much at once"));
    this.#unread.clear();
    this.#socket.destroy();
  }

  #end(error: Error | undefined): void {
    if (this.#ended !== null) return;
    this.#ended = { error };
    this.#settle();
  }

  #settle(): void {
    const reading = this.#reading;
    if (reading === null) return;
    this.#reading = null;
    if (this.#unread.length > 0) return reading.resolve(this.#take(reading.into));
    const { error } = this.#ended!;
    if (error === undefined) reading.resolve(null);
    else reading.reject(error);
  }

  #take(into: Uint8Array): number {
    const n = this.#unread.take(into);
    if (this.#full && this.#unread.length <= FULL_BYTES / 2) this.#setFull(false);
    return n;
  }
}

/** Pausing a TLS socket does not do this: Deno 2.9.6 goes on taking and decrypting, without bound. */
function takeFromNetwork(tcp: Socket, on: boolean): void {
  const { _handle: handle } = tcp as Socket & { _handle?: { readStart?(): void; readStop?(): void } | null };
  if (on) handle?.readStart?.();
  else handle?.readStop?.();
}

/** With TLS 1.3 a client learns after its handshake only that its certificate was not taken. */
function unheard(): Error {
  return new Error(
    "it closed the connection right after the TLS handshake: it may want a certificate of this end, or another one",
  );
}
