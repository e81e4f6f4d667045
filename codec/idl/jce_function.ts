/**
 * Methods as functions of TARS: what they take, return and give back.
 *
 * @module
 */
import type { Method } from "../schema/service.ts";
import type { Type } from "../schema/type.ts";
import { structOf } from "../tars/shape.ts";
import { cannot } from "./jce_default.ts";

/** A parameter. */
export interface Parameter {
  /** Its name. */
  readonly name: string;
  /** Its type. */
  readonly type: Type;
  /** Whether it is given back. */
  readonly out: boolean;
}

/** A function. */
export interface JceFunction {
  /** Its name. */
  readonly name: string;
  /** What it is for. */
  readonly doc?: string;
  /** Type of the return value; undefined for none. */
  readonly returns?: Type;
  /** Its parameters, in their order. */
  readonly parameters: readonly Parameter[];
}

/**
 * The function that `method` of `service` is. Throws TypeError for a stream, for a request or response that is no struct,
 * and where their tags are not those of a function: 0 for the return value, 1 to n for the parameters, each once.
 */
export function functionOf(name: string, method: Method, service: { readonly name: string }): JceFunction {
  const { kind, doc } = method, path = `${service.name}.${name}`;
  if (kind !== "unary") throw cannot(path, `it is a ${kind}`);
  const request = structOf(method.request), response = structOf(method.response);
  if (!request || !response) throw cannot(path, "its request and response must be structs");
  const fields = [
    ...request.fields.map((field) => ({ ...field, out: false })),
    ...response.fields.map((field) => ({ ...field, out: true })),
  ].sort((a, b) => a.tag - b.tag);
  const returned = fields[0]?.tag === 0 && fields[0].out ? fields.shift() : undefined;
  fields.forEach(({ key, tag }, i) => {
    if (tag !== i + 1) {
      throw cannot(path, `the tag of ${key} is ${tag}, where a function's parameter has ${i + 1}; see tars.messages`);
    }
  });
  for (const { key, type } of returned ? [returned, ...fields] : fields) {
    if (type.kind === "optional") throw cannot(path, `${key} is optional, as no parameter can be; see tars.messages`);
  }
  return {
    name,
    ...doc !== undefined && { doc },
    ...returned && { returns: returned.type },
    parameters: fields.map(({ key, type, out }) => ({ name: key, type, out })),
  };
}
