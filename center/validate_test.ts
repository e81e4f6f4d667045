import { assertEquals, assertThrows } from "@std/assert";
import type { WireInstance } from "../client/mod.ts";
import { RpcError } from "../protocol/mod.ts";
import { defaultCenterLimits } from "./limits.ts";
import { checkRegistration } from "./validate.ts";

const good: WireInstance = { id: "i1", address: "tcp://10.0.0.1:1", weight: 100, metadata: new Map() };
const long = "x".repeat(201);

/** Registrations that are refused, and why. */
const refused: Record<string, [services: string[], over: Partial<WireInstance>, why: string]> = {
  "no service": [[], {}, "it names no service"],
  "an empty name": [["demo", ""], {}, "the name of a service is empty"],
  "a long name": [[long], {}, "the name of a service has 201 characters, the limit is 200"],
  "a name with a line break": [["de\nmo"], {}, "the name of a service has control characters"],
  "too many services": [
    Array.from({ length: 1001 }, (_, i) => `s${i}`),
    {},
    "1001 services, the limit is 1000",
  ],
  "no id": [["demo"], { id: "" }, "the id is empty"],
  "a long id": [["demo"], { id: "x".repeat(1025) }, "the id has 1025 characters, the limit is 1024"],
  "no address": [["demo"], { address: "" }, "the address is empty"],
  "no port": [["demo"], { address: "10.0.0.1" }, 'Cannot use "10.0.0.1" as an address'],
  "port 0": [["demo"], { address: "tcp://10.0.0.1:0" }, "tcp://10.0.0.1:0 has port 0, which nobody can reach"],
  "a negative weight": [["demo"], { weight: -1 }, "weight -1, want 0 to 10000"],
  "a large weight": [["demo"], { weight: 10_001 }, "weight 10001, want 0 to 10000"],
  "too many entries of metadata": [
    ["demo"],
    { metadata: new Map(Array.from({ length: 33 }, (_, i) => [`k${i}`, "v"])) },
    "33 metadata entries, the limit is 32",
  ],
  "too much metadata": [
    ["demo"],
    { metadata: new Map([["key", "ü".repeat(2047)]]) },
    "4097 bytes of metadata, the limit is 4096",
  ],
};

for (const [what, [services, over, why]] of Object.entries(refused)) {
  Deno.test(`a registration with ${what} is refused`, () => {
    const check = () => checkRegistration({ services, instance: { ...good, ...over } }, defaultCenterLimits);
    const error = assertThrows(check, RpcError, `Cannot register: ${why}`);
    assertEquals(error.code, "invalid_argument");
  });
}

const taken: Record<string, Partial<WireInstance>> = {
  "an address without a scheme": { address: "10.0.0.1:8877" },
  "an IPv6 address": { address: "tcp://[::1]:8877" },
  "a socket file": { address: "unix:///run/demo.sock" },
  "a transport of one's own": { address: "carrier-pigeon://roof:7" },
  "no weight": { weight: 0 },
  "the largest weight": { weight: 10_000 },
  "as much metadata as there may be": { metadata: new Map([["k", "ü".repeat(2047)]]) },
  "metadata with keys that objects have of their own": {
    metadata: new Map([["__proto__", "x"], ["constructor", "y"]]),
  },
};
for (const [what, over] of Object.entries(taken)) {
  Deno.test(`a registration with ${what} is taken`, () => {
    const instance = { ...good, ...over };
    assertEquals(checkRegistration({ services: ["demo"], instance }, defaultCenterLimits).instance, instance);
  });
}

Deno.test("a service named twice counts once", () => {
  const { services } = checkRegistration({ services: ["a", "b", "a"], instance: good }, defaultCenterLimits);
  assertEquals(services, ["a", "b"]);
});
