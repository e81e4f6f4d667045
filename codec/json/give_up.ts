/**
 * How the quick ways of JSON hand a message over to the general one.
 *
 * @module
 */

/** Made once: it carries no information, and making an error costs more than a message. */
const givenUp = new Error("Cannot go the quick way: the general way decides");

/** Throws, for the general way to take the whole message. */
export function giveUp(): never {
  throw givenUp;
}
