import { loadRetry, retries, retryConformance, type RetryName } from "./mod.ts";

for (const name of Object.keys(retries) as RetryName[]) {
  const make = await loadRetry(name);
  for (const { name: what, run } of retryConformance(make)) Deno.test(`${name} ${what}`, run);
}
