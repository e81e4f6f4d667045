/**
 * Authorities and certificates of theirs, made by openssl, for tests of TLS; holds no test itself.
 *
 * @module
 */

/** A certificate and its key, as PEM text. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** Authorities and the pairs they vouch for. */
export interface Certificates {
  readonly ca: string;
  readonly otherCa: string;
  /** For localhost and 127.0.0.1. */
  readonly server: Pair;
  /** Like `server`, for the time after. */
  readonly renewed: Pair;
  /** For example.test and *.wild.test only. */
  readonly named: Pair;
  /** For a client, with names of every kind. */
  readonly client: Pair;
  /** With a name that looks like two. */
  readonly odd: Pair;
  /** Like `server`, of yesterday. */
  readonly expired: Pair;
  /** For a client, of the other authority. */
  readonly stranger: Pair;
}

const HERE = "DNS:localhost,IP:127.0.0.1";
const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout"];

class Authority {
  #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async found(name: string): Promise<string> {
    await this.#openssl(
      "req",
      "-x509",
      ...KEY,
      `${name}.key`,
      "-out",
      `${name}.pem`,
      "-days",
      "2",
      "-subj",
      `/CN=${name}`,
    );
    return await this.#read(`${name}.pem`);
  }

  /** A pair for `altNames`, a list or a section of openssl's configuration. */
  async issue(
    name: string,
    altNames: string,
    { ca = "ca", days = "2", subject = `/O=erpc/CN=${name}` } = {},
  ): Promise<Pair> {
    const list = altNames.includes("\n") ? `@names\n[names]\n${altNames}` : altNames;
    await Deno.writeTextFile(`${this.#folder}/${name}.ext`, `basicConstraints=CA:FALSE\nsubjectAltName=${list}\n`);
    await this.#openssl("req", "-new", "-utf8", ...KEY, `${name}.key`, "-out", `${name}.csr`, "-subj", subject);
    const by = ["-CA", `${ca}.pem`, "-CAkey", `${ca}.key`, "-CAcreateserial", "-days", days, "-extfile", `${name}.ext`];
    await this.#openssl("x509", "-req", "-in", `${name}.csr`, ...by, "-out", `${name}.pem`);
    return { cert: await this.#read(`${name}.pem`), key: await this.#read(`${name}.key`) };
  }

  #read(name: string): Promise<string> {
    return Deno.readTextFile(`${this.#folder}/${name}`);
  }

  async #openssl(...args: string[]): Promise<void> {
    const { success, stderr } = await new Deno.Command("openssl", { args, cwd: this.#folder, stderr: "piped" })
      .output();
    if (!success) throw new Error(`openssl ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  }
}

async function certificates(folder: string): Promise<Certificates> {
  const authority = new Authority(folder);
  return {
    ca: await authority.found("ca"),
    otherCa: await authority.found("other"),
    server: await authority.issue("server", HERE),
    renewed: await authority.issue("renewed", HERE),
    named: await authority.issue("named", "DNS:example.test,DNS:*.wild.test"),
    client: await authority.issue(
      "client",
      "DNS:client.test,email:a@b.test,URI:spiffe://test/client,IP:10.0.0.7,IP:::1",
    ),
    odd: await authority.issue("odd", "URI.1=http://odd.test/\\, DNS:admin.test\nDNS.1=odd.test\n", {
      subject: "/CN=first/O=Größe/CN=odd\\, CN=admin",
    }),
    expired: await authority.issue("expired", HERE, { days: "-1" }),
    stranger: await authority.issue("stranger", "DNS:client.test", { ca: "other" }),
  };
}

/** The certificates of this run, or why there are none. */
async function make(): Promise<Certificates | string> {
  const folder = await Deno.makeTempDir({ prefix: "erpc-tls-" });
  try {
    return await certificates(folder);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "openssl is not installed";
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const made = make();

/** A test that needs certificates; skipped, saying why, when there are none. */
export async function certifiedTest(
  name: string,
  run: (certificates: Certificates) => Promise<void> | void,
): Promise<void> {
  const certificates = await made;
  if (typeof certificates === "string") Deno.test.ignore(`${name} (${certificates})`, () => {});
  else Deno.test(name, () => run(certificates));
}
