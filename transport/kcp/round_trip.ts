/**
 * How long an answer takes, and how long to wait for one (RFC 6298, with KCP's bounds).
 *
 * @module
 */
import type { KcpSettings } from "./settings.ts";

const FIRST_RTO_MS = 200, MAX_RTO_MS = 60_000;

/** Estimates one conversation's round trip. */
export class RoundTrip {
  /** Wait so long before a segment is sent again. */
  rtoMs: number = FIRST_RTO_MS;
  #settings: KcpSettings;
  #smoothMs = 0;
  #deviationMs = 0;

  /** Knows nothing yet. */
  constructor(settings: KcpSettings) {
    this.#settings = settings;
    this.rtoMs = Math.max(FIRST_RTO_MS, settings.minRtoMs);
  }

  /** An answer took `ms`. */
  sample(ms: number): void {
    if (this.#smoothMs === 0) {
      this.#smoothMs = ms;
      this.#deviationMs = ms / 2;
    } else {
      this.#deviationMs += (Math.abs(ms - this.#smoothMs) - this.#deviationMs) / 4;
      this.#smoothMs += (ms - this.#smoothMs) / 8;
    }
    this.#smoothMs = Math.max(1, this.#smoothMs);
    const { intervalMs, minRtoMs } = this.#settings;
    const rtoMs = this.#smoothMs + Math.max(intervalMs, 4 * this.#deviationMs);
    this.rtoMs = Math.min(Math.max(minRtoMs, rtoMs), MAX_RTO_MS);
  }
}
