import fc from "fast-check";

// The same cases every time: a failure in CI is a failure here. FUZZ_SEED looks elsewhere.
fc.configureGlobal({ seed: Number(process.env["FUZZ_SEED"] ?? 1) });
