/**
 * Every transport of the table passes the suite.
 */
import { transportConformance } from "../testing/mod.ts";
import { loadTransport, transports } from "./mod.ts";
import { lingering, placeOf } from "./places_test.ts";

for (const name of Object.keys(transports)) {
  const place = placeOf(name);
  if (typeof place === "string") {
    Deno.test.ignore(`${name} (${place})`, () => {});
    continue;
  }
  const transport = await loadTransport(name), sanitize = lingering[name] === undefined;
  for (const { name: what, run } of transportConformance(transport, place)) {
    Deno.test({ name: `${name} ${what}`, fn: run, sanitizeOps: sanitize, sanitizeResources: sanitize });
  }
}
