/**
 * Around a call, on either side.
 *
 * @module
 */
export { intercept, type InterceptedCall, type Interceptor, type Next } from "../protocol/mod.ts";
