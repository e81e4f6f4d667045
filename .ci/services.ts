/**
 * The programs outside of Deno that tests use as independent judges: says which are there, and with `--install` installs
 * the missing ones on Debian. Ends with 1 when one is still missing.
 *
 * deno task services [--install]
 *
 * @module
 */

interface Program {
  /** What is run to see whether it is there. */
  readonly check: readonly [string, ...string[]];
  /** Debian packages that bring it. */
  readonly packages: readonly string[];
  /** What it judges. */
  readonly judges: string;
}

const programs: Readonly<Record<string, Program>> = {
  python3: { check: ["/usr/bin/python3", "-c", "import zlib, gzip"], packages: ["python3"], judges: "compression" },
  openssl: { check: ["openssl", "version"], packages: ["openssl"], judges: "certificates for TLS" },
  curl: { check: ["curl", "--version"], packages: ["curl"], judges: "http" },
  protoc: {
    check: ["protoc", "-o/dev/null", "/usr/include/google/protobuf/empty.proto"],
    packages: ["protobuf-compiler", "libprotobuf-dev"],
    judges: ".proto files",
  },
  protobuf: {
    check: ["/usr/bin/python3", "-c", "import google.protobuf"],
    packages: ["python3-protobuf"],
    judges: "pb and its JSON",
  },
  avro: {
    check: ["/usr/bin/python3", "-c", "import avro.io"],
    packages: ["python3-avro"],
    judges: "avro",
  },
  lxml: {
    check: ["/usr/bin/python3", "-c", "import lxml.etree"],
    packages: ["python3-lxml"],
    judges: "what XML is",
  },
  thrift: {
    check: ["thrift", "--version"],
    packages: ["thrift-compiler"],
    judges: ".thrift files",
  },
  "python3-thrift": {
    check: ["/usr/bin/python3", "-c", "import thrift.protocol.TCompactProtocol"],
    packages: ["python3-thrift"],
    judges: "thrift",
  },
  zeep: {
    check: ["/usr/bin/python3", "-c", "import zeep"],
    packages: ["python3-zeep"],
    judges: "soap and its WSDL",
  },
  gsoap: {
    check: ["sh", "-c", "wsdl2h -V && soapcpp2 -V && g++ --version && test -f /usr/include/stdsoap2.h"],
    packages: ["gsoap", "libgsoap-dev", "g++"],
    judges: "soap and its WSDL",
  },
  "kcp-go": {
    check: ["sh", "-c", "/usr/bin/go version && test -d /usr/share/gocode/src/github.com/xtaci/kcp-go"],
    packages: ["golang-go", "golang-github-xtaci-kcp-dev"],
    judges: "kcp",
  },
  "g++": {
    check: ["/usr/bin/g++", "--version"],
    packages: ["g++"],
    judges: "kcp, with its original in C",
  },
  nftables: {
    check: ["sh", "-c", "nft --version && ip -V"],
    packages: ["nftables", "iproute2"],
    judges: "kcp beside tcp when packets get lost",
  },
};

async function isThere({ check: [command, ...args] }: Program): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function install(packages: readonly string[]): Promise<void> {
  const run = (...args: string[]) => new Deno.Command("apt-get", { args: ["-y", "-q", ...args] }).spawn().status;
  await run("update");
  await run("install", "--no-install-recommends", ...packages);
}

let missing = 0;
for (const [name, program] of Object.entries(programs)) {
  let there = await isThere(program);
  if (!there && Deno.args.includes("--install")) {
    await install(program.packages);
    there = await isThere(program);
  }
  if (!there) missing++;
  console.log(`${name.padEnd(8)} ${there ? "is there" : "is MISSING"}: judges ${program.judges}`);
}
Deno.exit(missing === 0 ? 0 : 1);
