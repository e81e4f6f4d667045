/**
 * WSDL 1.1 from contracts and to them: service descriptions as codec `soap` speaks them.
 *
 * @module
 */
export * from "./wsdl_read.ts";
export * from "./wsdl_write.ts";
