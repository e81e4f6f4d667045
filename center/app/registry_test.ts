/**
 * A JSR on loopback that serves the packages of this repository as `deno publish` would upload them.
 *
 * @module
 */

interface Settings {
  readonly name: string;
  readonly version: string;
  readonly exports: string | Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
  readonly publish?: { readonly exclude?: readonly string[] };
  readonly workspace?: readonly string[];
}

interface Package {
  readonly settings: Settings;
  /** Published files by path, such as `"/mod.ts"`. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** The registry; its address is the environment variable `JSR_URL` of those who are to use it. */
export class LocalRegistry implements AsyncDisposable {
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  #packages: ReadonlyMap<string, Package>;
  #http: Deno.HttpServer<Deno.NetAddr>;

  /** Starts serving the packages of the workspace at `root`. */
  static async start(root: URL): Promise<LocalRegistry> {
    const top = await settingsOf(root), members = (top.workspace ?? []).map((member) => new URL(`${member}/`, root));
    const packages = await Promise.all([root, ...members].map((folder) => load(folder, top)));
    return new LocalRegistry(new Map(packages.map((each) => [each.settings.name, each])));
  }

  private constructor(packages: ReadonlyMap<string, Package>) {
    this.#packages = packages;
    this.#http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ url }) => this.#answer(url));
  }

  /** Where it serves. */
  get url(): string {
    return `http://127.0.0.1:${this.#http.addr.port}/`;
  }

  /** Ends serving. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http.shutdown();
  }

  async #answer(url: string): Promise<Response> {
    const { pathname } = new URL(url), [, name = "", rest = ""] = /^\/(@[^/]+\/[^/]+)\/(.*)$/.exec(pathname) ?? [];
    this.asked.push(pathname);
    const found = this.#packages.get(name);
    if (found === undefined) return missing();
    const { settings: { version, exports }, files } = found;
    if (rest === "meta.json") return Response.json({ latest: version, versions: { [version]: {} } });
    if (rest === `${version}_meta.json`) {
      const ways = typeof exports === "string" ? { ".": exports } : exports;
      return Response.json({ exports: ways, manifest: await manifestOf(files) });
    }
    const file = rest.startsWith(`${version}/`) ? files.get(rest.slice(version.length)) : undefined;
    if (file === undefined) return missing();
    const type = rest.endsWith(".json") ? "application/json" : "application/typescript";
    return new Response(file, { headers: { "content-type": type } });
  }
}

function missing(): Response {
  return new Response(null, { status: 404 });
}

async function settingsOf(folder: URL): Promise<Settings> {
  return JSON.parse(await Deno.readTextFile(new URL("deno.json", folder)));
}

async function load(folder: URL, top: Settings): Promise<Package> {
  const settings = await settingsOf(folder), { exclude = [] } = settings.publish ?? {};
  const imports = { ...top.imports, ...settings.imports }, files = new Map<string, Uint8Array<ArrayBuffer>>();
  const encoder = new TextEncoder();
  for await (const path of filesIn(folder, "", exclude)) {
    const text = await Deno.readTextFile(new URL(`.${path}`, folder));
    files.set(path, encoder.encode(path.endsWith(".ts") ? unmapped(text, imports) : text));
  }
  return { settings, files };
}

/** Paths of what is published. Of patterns to exclude it knows `folder` and, for endings, two stars, a slash and a star. */
async function* filesIn(folder: URL, under: string, exclude: readonly string[]): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(`.${under}/`, folder))) {
    const path = `${under}/${name}`;
    if (name.startsWith(".") || name === "node_modules" || exclude.includes(path.slice(1))) continue;
    if (exclude.some((pattern) => pattern.startsWith("**/*") && name.endsWith(pattern.slice(4)))) continue;
    const inner = isDirectory && !await isPackage(new URL(`.${path}/`, folder));
    if (inner) yield* filesIn(folder, path, exclude);
    else if (/\.(ts|json|md)$/.test(name)) yield path; // nothing else is imported
  }
}

/** Whether a folder is a package of its own. */
async function isPackage(folder: URL): Promise<boolean> {
  return await Deno.stat(new URL("deno.json", folder)).then(() => true, () => false);
}

/** Imports by the names of an import map become what the map says, as `deno publish` has it: consumers have no such map. */
function unmapped(text: string, imports: Readonly<Record<string, string>>): string {
  return text.replace(/(\bfrom\s*|\bimport\s*\(?\s*)"([^"./][^"]*)"/g, (all, before, specifier) => {
    const name = Object.keys(imports).find((name) => specifier === name || specifier.startsWith(`${name}/`));
    return name === undefined ? all : `${before}"${imports[name]}${specifier.slice(name.length)}"`;
  });
}

async function manifestOf(files: Package["files"]): Promise<Record<string, unknown>> {
  const entries = Array.from(files, async ([path, bytes]) => {
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    return [path, { size: bytes.length, checksum: `sha256-${sum}` }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
