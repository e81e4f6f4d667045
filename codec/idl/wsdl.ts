/**
 * WSDL 1.1 from contracts and to them: service descriptions as codec `soap` speaks them.
 *
 * @module
 */
export { readWsdl, type ReadWsdlOptions } from "./wsdl/read.ts";
export { writeWsdl, type WsdlOptions } from "./wsdl/write.ts";
