// Hardhat hands a compilation over as one string, which Emscripten lays on the stack of 16 MB at four bytes a character: beyond 4.19
// million of them the compiler dies with "memory access out of bounds". The tests are that large. On the heap there is room.
"use strict";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- Hardhat takes the default export of a CommonJS file
const solc = require("solc/soljson.js");

const { cwrap } = solc;

solc.cwrap = (name, result, parameters, options) => {
  if (name !== "solidity_compile") return cwrap(name, result, parameters, options);
  const compile = cwrap(name, result, ["number", ...parameters.slice(1)], options);
  return (input, ...callbacks) => {
    const bytes = Buffer.byteLength(input) + 1;
    // Freed by `solidity_reset`, which is called after each compilation.
    const place = solc._solidity_alloc(bytes);
    solc.stringToUTF8(input, place, bytes);
    return compile(place, ...callbacks);
  };
};

module.exports = solc;
