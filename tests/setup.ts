import os from "node:os";
import path from "node:path";
import fc from "fast-check";

// The same cases every time: a failure in CI is a failure here. FUZZ_SEED looks elsewhere.
fc.configureGlobal({ seed: Number(process.env["FUZZ_SEED"] ?? 1) });

// What commands of tests spend is not the user's.
process.env["XDG_STATE_HOME"] = path.join(os.tmpdir(), `hybrid-gym-tests-${process.geteuid?.() ?? 0}`);

// Tests start the command line some hundreds of times: what Node.js made of its sources once need not be made again.
process.env["NODE_COMPILE_CACHE"] ??= path.join(import.meta.dirname, "../node_modules/.cache/compiled");
