/** Packets as bad as they can be: refused with an RpcError, in little time and memory. */
import { assert, assertThrows } from "@std/assert";
import { decodeHex } from "@std/encoding";
import fc from "fast-check";
import { RpcError } from "../../protocol/mod.ts";
import { packRequest, packResponse, unpackRequest, unpackResponse } from "./packet.ts";

const head = "10012c3c4001560161660166";
const bombs: Record<string, string> = {
  "a buffer of 1.6 GB": head + "7d00025fffffff",
  "a buffer of -1": head + "7d0000ff",
  "a buffer that is a list of 2^31-1": head + "79027fffffff",
  "a context of 2^31-1 entries": head + "7d000c8c98027fffffff",
  "a name of 2^32-1": "10012c3c400157ffffffff",
  "structs 100,000 deep": head + "7a" + "0a".repeat(100_000),
  "skipped structs 100,000 deep": "0a".repeat(100_000),
  "a name that is not UTF-8": "10012c3c40015602fffe",
  "a version that is a text": "160161",
  "the same field twice": "10011001",
};

for (const [name, hex] of Object.entries(bombs)) {
  Deno.test(`${name} is refused`, () => {
    const bytes = decodeHex(hex), before = Deno.memoryUsage().external;
    for (const unpack of [unpackRequest, unpackResponse]) assertThrows(() => unpack(bytes), RpcError);
    assert(Deno.memoryUsage().external - before < 1 << 20);
  });
}

const request = {
  iVersion: 1,
  cPacketType: 0,
  iMessageType: 0,
  iRequestId: 7,
  sServantName: "App.Server.DemoObj",
  sFuncName: "hello",
  sBuffer: new Uint8Array(20),
  iTimeout: 60_000,
  context: new Map([["key", "value"]]),
  status: new Map(),
};
const response = { ...request, iRet: -99, sResultDesc: "no luck" };

Deno.test("spoilt packets are refused or mean something else, and nothing more", () => {
  const packets = [packRequest(request).subarray(4), packResponse(response).subarray(4)];
  fc.assert(
    fc.property(fc.constantFrom(...packets), fc.nat(), fc.nat(255), fc.nat(), (packet, at, value, end) => {
      const spoilt = packet.slice(0, end % 3 === 0 ? end % packet.length : packet.length);
      if (spoilt.length > 0) spoilt[at % spoilt.length] = value;
      for (const unpack of [unpackRequest, unpackResponse]) {
        try {
          unpack(spoilt);
        } catch (error) {
          assert(error instanceof RpcError, String(error));
        }
      }
    }),
    { seed: 11, numRuns: 20_000 },
  );
});
