/** Stand-in. @module */
export {};
