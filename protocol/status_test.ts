import { assertEquals } from "@std/assert";
import { RpcError } from "./error.ts";
import { codeOf, codes, provesNotRun, refinements, travelling } from "./status.ts";

const numbers: [status: number, code: string][] = [
  ...Object.entries(codes).map(([code, status]): [number, string] => [status, code]),
  ...Object.entries(codes).map(([code, status]): [number, string] => [900 + status, code]),
  [0, "unknown"],
  [17, "unknown"],
  [99, "unknown"],
  [100, "unknown"],
  [117, "unknown"],
  [999, "unknown"],
  [1000, "unknown"],
  [1005, "unknown"],
  [65_535, "unknown"],
];

for (const [status, code] of numbers) {
  Deno.test(`status ${status} is ${code}`, () => assertEquals(codeOf(status), code));
}

Deno.test("the codes are gRPC's, 1 to 16", () => {
  assertEquals(Object.values(codes), Array.from({ length: 16 }, (_, i) => i + 1));
});

const bases: Record<keyof typeof refinements, [code: string, notRun: boolean, travelsAs: number]> = {
  going_away: ["unavailable", true, 114],
  overloaded: ["resource_exhausted", true, 108],
  queue_timeout: ["deadline_exceeded", true, 104],
  no_service: ["unimplemented", true, 112],
  no_method: ["unimplemented", true, 212],
  bad_request_body: ["invalid_argument", true, 103],
  request_too_large: ["resource_exhausted", true, 208],
  unsupported: ["unimplemented", true, 312],
  bad_reply: ["internal", false, 113],
  not_sent: ["unavailable", true, 14],
  no_endpoint: ["unavailable", true, 14],
};

for (const [name, status] of Object.entries(refinements)) {
  Deno.test(`${name} keeps its base, and says whether the method ran`, () => {
    const expected = bases[name as keyof typeof refinements];
    assertEquals([codeOf(status), provesNotRun(status), travelling(status)], expected);
    new RpcError(codeOf(status), name, { status });
  });
}

Deno.test("no code of gRPC and no business status proves anything", () => {
  for (const status of [...Object.values(codes), 1000, 1114, 65_535]) assertEquals(provesNotRun(status), false);
});
