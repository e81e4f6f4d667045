import { assertEquals } from "@std/assert";
import { type Service, service, unary } from "../../schema/service.ts";
import { randomIdl } from "../arbitrary_idl_test.ts";
import { describeIdl } from "../describe.ts";
import type { Idl } from "../idl.ts";
import { readWsdl, writeWsdl } from "../wsdl.ts";

/** The service without streams, which WSDL doesn't have. */
function withoutStreams({ name, methods, doc }: Service): Service {
  const all = Object.entries(methods).map(([key, { request, response, idempotent, doc }]) =>
    [key, unary(request, response, { idempotent, ...doc !== undefined && { doc } })] as const
  );
  return service(name, Object.fromEntries(all), doc === undefined ? {} : { doc });
}

for (const anything of [false, true]) {
  Deno.test(`random definitions${anything ? " of anything" : ""} come back from WSDL as they were`, () => {
    for (let seed = 1; seed <= 150; seed++) {
      const { types, services } = randomIdl(seed, { length: 40, anything });
      const idl: Idl = { types, services: services.map(withoutStreams) };
      const text = writeWsdl(idl, { address: "http://127.0.0.1/" });
      assertEquals(describeIdl(readWsdl(text)), describeIdl(idl), `seed ${seed}`);
    }
  });
}
