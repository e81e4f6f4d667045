/**
 * Makes services of those in .thrift documents.
 *
 * A method's request is the struct of its arguments and its reply that of its results, as Apache's compiler makes them, so
 * that the bytes are the same: see `codec/thrift/method.ts`.
 *
 * @module
 */
import { argsName, resultName } from "../../thrift/method.ts";
import { type Method, type Service, service, unary } from "../../schema/service.ts";
import type { Field, StructType, Type } from "../../schema/type.ts";
import * as t from "../../schema/words.ts";
import { find, type Scope } from "./scope.ts";
import type { FieldNode, MethodNode, ServiceNode } from "./syntax.ts";
import { described, structOf, type TypeBuilder } from "./types.ts";

/** Services that extend services. */
const maxChain = 64;

/** The service of `node`, with the methods of those that it extends. */
export function serviceOf(node: ServiceNode, scope: Scope, types: TypeBuilder): Service {
  const name = scope.prefix + node.name, methods: Record<string, Method> = {};
  for (const { method, scope: own } of allMethods(node, scope)) {
    if (Object.hasOwn(methods, method.name) || method.name === "__proto__") {
      own.fail(`${method.name} can't be the name of another method`, method.at);
    }
    methods[method.name] = methodOf(name, method, own, types);
  }
  try {
    return service(name, methods, described(node.doc));
  } catch (error) {
    return scope.fail((error as TypeError).message, node.at);
  }
}

function* allMethods(node: ServiceNode, scope: Scope, chain = 0): Iterable<{ method: MethodNode; scope: Scope }> {
  if (node.base !== undefined) {
    const found = find(scope, node.base);
    if (found?.definition.kind !== "service") return scope.fail(`${node.base} is no service`, node.at);
    if (chain === maxChain) scope.fail(`${node.name} extends services more than ${maxChain} deep`, node.at);
    yield* allMethods(found.definition, found.scope, chain + 1);
  }
  for (const method of node.methods) yield { method, scope };
}

function methodOf(service: string, method: MethodNode, scope: Scope, types: TypeBuilder): Method {
  const args = method.args.map((arg) => ({ ...arg, optional: false })), { name, doc } = method;
  return unary(
    structOf(argsName(service, name), types.fieldsOf(args, scope), {}),
    resultOf(resultName(service, name), method, scope, types),
    described(doc),
  );
}

/** The struct of a result: exactly one of `success` and the exceptions, or at most one exception where nothing returns. */
function resultOf(name: string, { returns, throws }: MethodNode, scope: Scope, types: TypeBuilder): StructType {
  const exceptions = exceptionsOf(throws.map((node) => ({ ...node, optional: !returns })), scope, types);
  if (returns) {
    const success: Field = t.field<unknown>(0, types.typeOf(returns, scope));
    return t.union(name, { success, ...exceptions }) as StructType;
  }
  const keys = Object.keys(exceptions);
  return structOf(name, exceptions, keys.length > 0 ? { oneofs: { result: keys } } : {});
}

function exceptionsOf(nodes: readonly FieldNode[], scope: Scope, types: TypeBuilder): Record<string, Field> {
  for (const { name, type, at } of nodes) {
    if (find(scope, type.name)?.definition.kind !== "exception") scope.fail(`${type.name} is no exception`, type.at);
    if (name === "success") scope.fail("an exception can't be named success", at);
  }
  return types.fieldsOf(nodes, scope);
}

/** The structs that a service's methods have of their own. */
export function ownTypes({ methods }: Service): StructType[] {
  return Object.values(methods).flatMap(({ request, response }) => [request, response] as Type[] as StructType[]);
}
