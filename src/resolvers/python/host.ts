import { setFlagsFromString } from "node:v8";
import { serve } from "../shared/serve.ts";
import { PythonProject } from "./project.ts";

// The parser that judges files is WebAssembly with some very large functions. To optimize them cost a whole processor for
// seconds and 300 MB, and reading 26 MB of source was still slower with it than without.
setFlagsFromString("--no-wasm-tier-up");
setFlagsFromString("--no-wasm-dynamic-tiering");
// Such a process mostly lives for seconds, and what is called less often than this is not worth optimizing as far as it goes.
setFlagsFromString("--invocation-count-for-turbofan=30000");

/** The entry of the process in which pyright runs. */
serve((folder) => new PythonProject(folder));
