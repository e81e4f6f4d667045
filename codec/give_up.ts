/**
 * How a quick way along a schema hands a message over to the general way, by which every codec that describes itself goes.
 *
 * @module
 */

/** Made once: it carries no information, and making an error costs more than a message. */
const givenUp = new Error("Cannot go the quick way: the general way decides");

/** Throws, for the general way to take the whole message. */
export function giveUp(): never {
  throw givenUp;
}
