import { parentPort } from "node:worker_threads";
import { loadSyntaxes } from "../syntaxes/index.ts";
import { outlineSource } from "./outline.ts";
import type { SourceFile } from "./outline.ts";

/** Runs in a thread of its own: outlines one file per message. */
const ready = loadSyntaxes();

parentPort?.on("message", (file: SourceFile) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  void ready.then(() => parentPort?.postMessage(outlineSource(file)));
});
