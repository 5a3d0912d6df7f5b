import type { Resolution } from "../../resolver.ts";
import { serve } from "../shared/serve.ts";

const kept: Uint8Array[] = [];
const MEBIBYTE = 1024 ** 2;

/** An engine that does what the definition's name says, for tests of the process around it. */
const deeds: Readonly<Record<string, () => Resolution | undefined>> = {
  answer: () => ({ sites: [] }),
  missing: () => undefined,
  fail: () => {
    throw new Error("the engine is at a loss");
  },
  crash: () => process.exit(7),
  hang: () => {
    for (;;) kept.length = 0;
  },
  /** More memory with each question, and an answer. */
  hoard: () => {
    kept.push(new Uint8Array(60 * MEBIBYTE).fill(1));
    return { sites: [] };
  },
  burst: () => {
    for (;;) kept.push(new Uint8Array(20 * MEBIBYTE).fill(1));
  },
  /** Its process, as the reason of a site. */
  identify: () => ({
    sites: [
      {
        kind: "call",
        line: 1,
        text: "who",
        nested: false,
        target: { kind: "unresolved", reason: String(process.pid) },
      },
    ],
  }),
};

serve(() => ({ resolve: ({ qualifiedName }) => deeds[qualifiedName]?.() }));
