/**
 * Bounds of a center. Every one is checked before memory is taken.
 *
 * @module
 */

/** Bounds of a center. */
export interface CenterLimits {
  /** Instances registered at once. Default 100,000. */
  readonly maxInstances: number;
  /** Bytes of everything that is registered, about. Default 256 MiB. */
  readonly maxBytes: number;
  /** Watches at once. Default 100,000. */
  readonly maxWatches: number;
  /** Services of one instance. Default 1,000. */
  readonly maxServices: number;
  /** Characters of the name of a service. Default 200. */
  readonly maxNameLength: number;
  /** Characters of an id or an address. Default 1,024. */
  readonly maxAddressLength: number;
  /** Weight of an instance. Default 10,000. */
  readonly maxWeight: number;
  /** Metadata entries of one instance. Default 32. */
  readonly maxMetadataEntries: number;
  /** UTF-8 bytes of the metadata of one instance. Default 4 KiB. */
  readonly maxMetadataBytes: number;
}

/** The defaults. */
export const defaultCenterLimits: CenterLimits = {
  maxInstances: 100_000,
  maxBytes: 256 << 20,
  maxWatches: 100_000,
  maxServices: 1000,
  maxNameLength: 200,
  maxAddressLength: 1024,
  maxWeight: 10_000,
  maxMetadataEntries: 32,
  maxMetadataBytes: 4 << 10,
};
