/** Where things lie in the folder of a training set; see `src/training-set.ts`. */
export const SAMPLES = "samples.jsonl.zst";
export const SET_MANIFEST = "manifest.json";
/** While it is written: by one process at a time. */
export const SET_LOCK = "set.lock";
