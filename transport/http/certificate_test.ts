/**
 * A certificate for this machine that vouches for itself; holds no test itself.
 *
 * @module
 */
import type { TlsOptions } from "../transport.ts";

const command = [
  ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
  ...["-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=localhost"],
  ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"],
];

/** Both ends' options; undefined when openssl is missing. */
export const certificate: Promise<{ server: TlsOptions; client: TlsOptions } | undefined> = make();

async function make(): Promise<{ server: TlsOptions; client: TlsOptions } | undefined> {
  const cwd = await Deno.makeTempDir({ prefix: "erpc-web-" });
  try {
    await new Deno.Command("openssl", { args: command, cwd, stderr: "null" }).output();
    const [cert, key] = await Promise.all(["cert", "key"].map((name) => Deno.readTextFile(`${cwd}/${name}.pem`)));
    return { server: { cert: cert!, key: key! }, client: { ca: cert! } };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

/** A test that needs the certificate; skipped, and saying why, when there is none. */
export async function secureTest(
  name: string,
  run: (tls: { server: TlsOptions; client: TlsOptions }) => Promise<void>,
): Promise<void> {
  const tls = await certificate;
  if (tls === undefined) Deno.test.ignore(`${name} (openssl is missing)`, () => {});
  else Deno.test(name, () => run(tls));
}
