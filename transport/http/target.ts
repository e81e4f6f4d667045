/**
 * What a request is for: `/pkg.Service/method`, and for GET the message in the query.
 *
 * @module
 */
import { RpcError, utf8Length } from "../../protocol/mod.ts";

const MAX_NAME_BYTES = 255;

/** A method. */
export interface MethodName {
  /** Its service. */
  readonly service: string;
  /** Its name. */
  readonly method: string;
}

/** Path and query of a URL of HTTP, still encoded. */
export function splitUrl(url: string): { readonly path: string; readonly query: string } {
  const start = url.indexOf("/", url.indexOf("//") + 2), question = url.indexOf("?", start);
  if (question < 0) return { path: url.slice(start), query: "" };
  return { path: url.slice(start, question), query: url.slice(question + 1) };
}

/** The method that a path names below `base`; undefined when it names none. */
export function methodAt(path: string, base: string): MethodName | undefined {
  if (!path.startsWith(`${base}/`)) return undefined;
  const [service, method, ...more] = path.slice(base.length + 1).split("/").map(decoded);
  return isName(service) && isName(method) && more.length === 0 ? { service, method } : undefined;
}

/**
 * The method that SOAP names: a path without one, such as `/shop`, takes it from what is behind the last `#` or `/` of the
 * action.
 */
export function methodOfAction(path: string, base: string, action: string): MethodName | undefined {
  if (!path.startsWith(`${base}/`)) return undefined;
  const service = decoded(path.slice(base.length + 1)), method = /([^#/]+)$/.exec(action.replaceAll('"', ""))?.[1];
  return isName(service) && !service.includes("/") && isName(method) ? { service, method } : undefined;
}

function isName(name: string | undefined): name is string {
  return name !== undefined && name !== "" && utf8Length(name) <= MAX_NAME_BYTES;
}

function decoded(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

/**
 * The message that a query is, as bytes in codec json or in `codec`: `?body=` holds it in base64url; else each name is a
 * field, whose value is JSON when it is a number, `true`, `false`, `null` or quoted, and text when it is anything else. A name
 * that stands several times is a list.
 */
export function messageIn(query: string): Uint8Array {
  const fields = new URLSearchParams(query), body = fields.get("body");
  if (body !== null) return fromBase64(body);
  const parts = Array.from(new Set(fields.keys()), (name) => {
    const values = fields.getAll(name).map(valueOf);
    return `${JSON.stringify(name)}:${values.length === 1 ? values[0] : `[${values}]`}`;
  });
  return parts.length === 0 ? new Uint8Array(0) : new TextEncoder().encode(`{${parts}}`);
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch {
    throw new RpcError("invalid_argument", "Cannot read the query: body is not in base64url");
  }
}

/** Values that are JSON as they stand. */
const jsonValue = /^(-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|true|false|null|"([^"\\\p{Cc}]|\\["\\/bfnrt])*")$/u;

/** JSON of a value in a query. */
function valueOf(text: string): string {
  return jsonValue.test(text) ? text : JSON.stringify(text);
}
