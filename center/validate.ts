/**
 * What a center lets in.
 *
 * @module
 */
import type { RegisterRequest, WireInstance } from "../client/mod.ts";
import { RpcError, utf8Length } from "../protocol/mod.ts";
import { parseAddress } from "../transport/mod.ts";
import type { CenterLimits } from "./limits.ts";

/** A registration that may be kept. */
export interface Checked {
  /** Services, each once. */
  readonly services: readonly string[];
  /** The instance. */
  readonly instance: WireInstance;
}

/** What a table entry costs beside its text, about. */
const ENTRY_BYTES = 200;

/** Checks a registration. Throws `invalid_argument` naming what is wrong, and the limit when one is passed. */
export function checkRegistration({ services, instance }: RegisterRequest, limits: CenterLimits): Checked {
  if (services.length === 0) throw bad("register", "it names no service");
  if (services.length > limits.maxServices) {
    throw bad("register", `${services.length} services, the limit is ${limits.maxServices}`);
  }
  for (const service of services) checkService(service, limits, "register");
  checkInstance(instance, limits);
  return { services: [...new Set(services)], instance };
}

/** Checks the name of a service. Throws `invalid_argument`. */
export function checkService(service: string, { maxNameLength }: CenterLimits, what: string): void {
  checkText(service, "the name of a service", maxNameLength, what);
}

/** Memory a registration takes, about. */
export function memoryOf(services: readonly string[], instance: WireInstance): number {
  return services.reduce((sum, service) => sum + service.length + ENTRY_BYTES, wireSize(instance) + ENTRY_BYTES);
}

/** Bytes an instance takes on the wire, at most. */
export function wireSize({ id, address, metadata }: WireInstance): number {
  let size = 32 + 3 * (id.length + address.length);
  for (const [key, value] of metadata) size += 16 + 3 * (key.length + value.length);
  return size;
}

function checkInstance({ id, address, weight, metadata }: WireInstance, limits: CenterLimits): void {
  checkText(id, "the id", limits.maxAddressLength, "register");
  checkText(address, "the address", limits.maxAddressLength, "register");
  checkAddress(address);
  if (weight < 0 || weight > limits.maxWeight) throw bad("register", `weight ${weight}, want 0 to ${limits.maxWeight}`);
  if (metadata.size > limits.maxMetadataEntries) {
    throw bad("register", `${metadata.size} metadata entries, the limit is ${limits.maxMetadataEntries}`);
  }
  let bytes = 0;
  for (const [key, value] of metadata) bytes += utf8Length(key) + utf8Length(value);
  if (bytes > limits.maxMetadataBytes) {
    throw bad("register", `${bytes} bytes of metadata, the limit is ${limits.maxMetadataBytes}`);
  }
}

function checkAddress(address: string): void {
  try {
    const { hostname, port } = parseAddress(address);
    if (hostname === "" || port > 0) return;
  } catch (cause) {
    throw bad("register", (cause as Error).message, cause);
  }
  throw bad("register", `${address} has port 0, which nobody can reach`);
}

function checkText(text: string, name: string, maxLength: number, what: string): void {
  if (text === "") throw bad(what, `${name} is empty`);
  if (text.length > maxLength) throw bad(what, `${name} has ${text.length} characters, the limit is ${maxLength}`);
  if (/\p{Cc}/u.test(text)) throw bad(what, `${name} has control characters`);
}

function bad(what: string, why: string, cause?: unknown): RpcError {
  return new RpcError("invalid_argument", `Cannot ${what}: ${why}`, { cause });
}
