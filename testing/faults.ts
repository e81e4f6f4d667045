/**
 * What can go wrong on a connection, and how often it did.
 *
 * @module
 */
import type { Clock } from "../protocol/mod.ts";

/** Bytes counted from the end that has the faults. */
export interface ByteCount {
  /** Bytes it has sent. */
  readonly sent?: number;
  /** Bytes it has received. */
  readonly received?: number;
}

/** What goes wrong. Rates are from 0, the default, to 1. */
export interface FaultOptions {
  /** Decides what happens when; the same seed and the same calls give the same faults. */
  readonly seed: number;
  /** Time for delays. Default: the machine's. */
  readonly clock?: Clock;
  /** Each read and each write takes so many milliseconds longer: from, to. */
  readonly delayMs?: readonly [min: number, max: number];
  /** A write takes a part of what it is given. */
  readonly partialWrites?: boolean;
  /** A read gives a part of what is there. */
  readonly partialReads?: boolean;
  /** Dials that are refused. */
  readonly refuseRate?: number;
  /** Connections that are black holes: what is sent vanishes, and nothing ever comes. */
  readonly dropRate?: number;
  /** Reads and writes of which one bit is turned over. A stream can't lose, repeat or reorder bytes in any other way. */
  readonly corruptRate?: number;
  /** The connection breaks after exactly so many bytes. */
  readonly cutAfterBytes?: ByteCount;
  /** After so many bytes the connection stays open, but nothing passes any more. */
  readonly stallAfterBytes?: ByteCount;
  /** Only the first so many connections have faults. Default: all. */
  readonly connections?: number;
}

/** How often each fault happened, and what passed all the same. */
export interface FaultCounts {
  /** Bytes that were sent. */
  sentBytes: number;
  /** Bytes that were received. */
  receivedBytes: number;
  /** Connections made, with and without faults. */
  connections: number;
  /** Dials refused. */
  refused: number;
  /** Reads and writes delayed. */
  delays: number;
  /** Writes that took a part. */
  partialWrites: number;
  /** Reads cut short. */
  partialReads: number;
  /** Connections that were black holes. */
  drops: number;
  /** Bits turned over. */
  corruptions: number;
  /** Connections cut. */
  cuts: number;
  /** Connections that stalled. */
  stalls: number;
}

/** Nothing has happened yet. */
export function noFaults(): FaultCounts {
  return {
    sentBytes: 0,
    receivedBytes: 0,
    connections: 0,
    refused: 0,
    delays: 0,
    partialWrites: 0,
    partialReads: 0,
    drops: 0,
    corruptions: 0,
    cuts: 0,
    stalls: 0,
  };
}
