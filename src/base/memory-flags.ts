/**
 * V8's flags for a process that reads source code. The parsers come as WebAssembly: the optimising compiler spends seconds of processor time and
 * 300 MB on them and makes them no faster over the life of a command. The other two trade a tenth of speed for a third of memory.
 */
export const MEMORY_FLAGS: readonly string[] = [
  "--no-wasm-dynamic-tiering",
  "--no-wasm-tier-up",
  "--semi-space-growth-factor=1",
  "--heap-growing-percent=25",
];
