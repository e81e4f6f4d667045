/**
 * How a conversation of KCP behaves.
 *
 * @module
 */
import { HEADER_BYTES } from "./segment.ts";

/** Settings of one end; the other may have others. The names are those of KCP. */
export interface KcpSettings {
  /** What the wait of a segment grows by each time it is sent again: 0 as much again, 1 half of it, 2 half of the base. */
  readonly nodelay: 0 | 1 | 2;
  /** Send again as soon as so many later segments have arrived; 0: only when its time is up. */
  readonly resend: number;
  /** Slow down when segments are lost, as TCP does. */
  readonly congestion: boolean;
  /** Least time that the other end is given for an answer, in milliseconds. */
  readonly minRtoMs: number;
  /** What is added to the round trip at least, for the time that the other end may take. */
  readonly intervalMs: number;
  /** Segments on their way to the other end at once, 1 to 32,768; default 256. More is quicker where the way is long. */
  readonly sendWindow: number;
  /** Segments that wait to be read; as many again may wait for missing ones before them. 1 to 32,768; default 256. */
  readonly receiveWindow: number;
  /** Largest datagram sent, 64 to 65,507 bytes. Default 1,200: every path takes them. */
  readonly datagramBytes: number;
}

const common = { congestion: false, intervalMs: 10, sendWindow: 256, receiveWindow: 256, datagramBytes: 1200 };

/** Name of settings. */
export type KcpMode = "fast" | "normal";

/** Settings by name. */
export const kcpModes = {
  /** For delay: lost segments are sent again early. */
  fast: { nodelay: 1, resend: 2, minRtoMs: 30, ...common },
  /** For few bytes: they are sent again late. */
  normal: { nodelay: 0, resend: 0, minRtoMs: 100, ...common },
} as const satisfies Record<KcpMode, KcpSettings>;

const bounds = {
  nodelay: [0, 2],
  resend: [0, 1000],
  minRtoMs: [1, 60_000],
  intervalMs: [0, 5000],
  sendWindow: [1, 32_768],
  receiveWindow: [1, 32_768],
  datagramBytes: [64, 65_507],
} as const;

/** `given` over the settings of `mode`. Throws RangeError for what can't be. */
export function kcpSettings(mode: KcpMode, given: Partial<KcpSettings> = {}): KcpSettings {
  if (!Object.hasOwn(kcpModes, mode)) {
    throw new RangeError(`Cannot use kcp mode ${JSON.stringify(mode)}: want fast or normal`);
  }
  const settings: KcpSettings = { ...kcpModes[mode], ...given };
  for (const [name, [least, most]] of Object.entries(bounds)) {
    const value = settings[name as keyof typeof bounds];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(`Cannot use kcp setting ${name}: ${value} is not an integer from ${least} to ${most}`);
    }
  }
  return settings;
}

/** Most bytes of data in one segment. */
export function segmentBytes({ datagramBytes }: KcpSettings): number {
  return datagramBytes - HEADER_BYTES;
}
