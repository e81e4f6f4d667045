/**
 * Finds retry modes by name.
 *
 * @module
 */
import { retries, type RetryName } from "./mod.ts";
import type { MakeRetry } from "./retry.ts";

/** Loads a retry mode by name, or gives the one that is passed. Rejects with TypeError for an unknown name. */
export async function loadRetry(choice: RetryName | MakeRetry): Promise<MakeRetry> {
  if (typeof choice === "function") return choice;
  if (!Object.hasOwn(retries, choice)) {
    throw new TypeError(
      `Cannot use retry mode ${JSON.stringify(choice)}: want one of ${Object.keys(retries).join(", ")}`,
    );
  }
  return await retries[choice]();
}
