/**
 * TCP passes its suite over TLS of both ends with certificates.
 */
import { transportConformance } from "../../testing/mod.ts";
import { tcp } from "../tcp.ts";
import { type Certificates, certifiedTest as test } from "./authority_test.ts";

const cases = ({ ca, client, server }: Partial<Certificates>) =>
  transportConformance(tcp, {
    address: () => "tcp://127.0.0.1:0",
    carrier: "tcp",
    tls: { server: { ...server, clientCa: ca! }, client: { ca: ca!, ...client } },
  });

for (const { name } of cases({})) {
  await test(`mutual tls ${name}`, async (certificates) => {
    for (const one of cases(certificates)) if (one.name === name) await one.run();
  });
}
