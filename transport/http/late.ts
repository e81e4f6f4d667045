/**
 * Notices what takes long.
 *
 * @module
 */
import { systemWheel, WheelEntry } from "../../protocol/mod.ts";

class Late extends WheelEntry {
  override onDue: () => void;

  constructor(onLate: () => void) {
    super();
    this.onDue = onLate;
  }
}

/** Calls `onLate` after a while, unless the function that is returned is called before. */
export function whenLate(ms: number, onLate: () => void): () => void {
  const late = new Late(onLate);
  systemWheel.add(late, systemWheel.clock.now() + ms);
  return () => systemWheel.remove(late);
}
