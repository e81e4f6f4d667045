/**
 * Connections within a process: bytes are handed over through memory.
 *
 * @module
 */
import type { Address } from "./address.ts";
import type { Listener, Transport, Wire } from "./transport.ts";

/** A transport whose names are known to itself alone. */
export class MemoryTransport implements Transport {
  /** Address scheme. */
  readonly name = "mem";
  #listeners = new Map<string, MemoryListener>();

  /** Connects to who listens at that name. */
  dial({ path }: Address): Promise<Wire> {
    const listener = this.#listeners.get(path);
    if (listener === undefined) return Promise.reject(new Error(`nothing listens on mem://${path}`));
    const [here, there] = memoryPair(`mem://${path}`);
    listener.push(there);
    return Promise.resolve(here);
  }

  /** Binds a name. */
  listen({ path }: Address): Promise<Listener> {
    return Promise.try(() => this.bind(path));
  }

  /** Binds `mem://name` at once; throws Error when it is taken. */
  bind(name: string): Listener {
    if (this.#listeners.has(name)) throw new Error(`Cannot listen: mem://${name} is taken`);
    const listener = new MemoryListener(name, () => this.#listeners.delete(name));
    this.#listeners.set(name, listener);
    return listener;
  }
}

/** The transport `"mem"`. A name can be listened on once per process. */
export const mem: MemoryTransport = new MemoryTransport();

/** Binds `mem://name` of this process at once; throws Error when it is taken. */
export function listenInMemory(name: string): Listener {
  return mem.bind(name);
}

class MemoryListener implements Listener {
  readonly address: string;
  readonly connections: AsyncIterable<Wire>;
  #onClose: () => void;
  #queue: Wire[] = [];
  #wake: (() => void) | null = null;
  #closed = false;

  constructor(name: string, onClose: () => void) {
    this.address = `mem://${name}`;
    this.#onClose = onClose;
    this.connections = this.#accept();
  }

  push(wire: Wire): void {
    this.#queue.push(wire);
    this.#wake?.();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
    for (const wire of this.#queue.splice(0)) wire.close(); // nobody will accept it
    this.#wake?.();
  }

  async *#accept(): AsyncGenerator<Wire> {
    while (!this.#closed) {
      while (this.#queue.length > 0) yield this.#queue.shift()!;
      if (!this.#closed) await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

/** Two wires: what is written to one is read from the other. */
export function memoryPair(address = "mem://pair"): [Wire, Wire] {
  const there = new Pipe(), back = new Pipe();
  return [new MemoryWire(address, back, there), new MemoryWire(address, there, back)];
}

class MemoryWire implements Wire {
  readonly local: string;
  readonly remote: string;
  #from: Pipe;
  #to: Pipe;

  constructor(address: string, from: Pipe, to: Pipe) {
    this.local = this.remote = address;
    this.#from = from;
    this.#to = to;
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#from.read(into);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#to.write(bytes);
  }

  close(): void {
    this.#from.close();
    this.#to.close();
  }
}

/** One direction: a write waits until all its bytes are read, so nothing is copied twice and nothing piles up. */
class Pipe {
  #closed = false;
  #bytes: Uint8Array | null = null;
  #at = 0;
  #written: ((n: number) => void) | null = null;
  #reading: { into: Uint8Array; resolve: (n: number | null) => void } | null = null;
  #broken: ((error: Error) => void) | null = null;

  read(into: Uint8Array): Promise<number | null> {
    if (this.#bytes !== null) return Promise.resolve(this.#take(into));
    if (this.#closed) return Promise.resolve(null);
    return new Promise((resolve) => this.#reading = { into, resolve });
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#closed) return Promise.reject(new Error("the other end has closed"));
    return new Promise((resolve, reject) => {
      this.#bytes = bytes;
      this.#at = 0;
      this.#written = resolve;
      this.#broken = reject;
      const reading = this.#reading;
      if (reading === null) return;
      this.#reading = null;
      reading.resolve(this.#take(reading.into));
    });
  }

  close(): void {
    this.#closed = true;
    this.#reading?.resolve(null);
    this.#reading = null;
    this.#broken?.(new Error("the other end has closed"));
    this.#bytes = null;
  }

  #take(into: Uint8Array): number {
    const bytes = this.#bytes!, n = Math.min(into.length, bytes.length - this.#at);
    into.set(bytes.subarray(this.#at, this.#at + n));
    this.#at += n;
    if (this.#at === bytes.length) {
      this.#bytes = this.#broken = null;
      this.#written!(bytes.length);
      this.#written = null;
    }
    return n;
  }
}
