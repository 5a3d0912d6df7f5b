import type { Admit, Permit } from "../governor.ts";
import { asCallEnd, type LeaveQuestion } from "./leave.ts";

/** What another process asked leave for, by the number of its question. */
export interface Permits {
  /** Returns at once: waiting for leave keeps nothing else from being served. */
  admit(question: Extract<LeaveQuestion, { type: "admit" }>, onAdmitted: () => void): void;
  settle(question: Extract<LeaveQuestion, { type: "settle" }>): Promise<void>;
  /** Rejects when leave is refused for good: with that the process is over. */
  readonly refused: Promise<never>;
  /** Calls off what is asked for, and gives back what a killed process had under way: it may have been worked on. */
  close(): Promise<void>;
}

export function createPermits(admit: Admit, signal?: AbortSignal): Permits {
  const open = new Map<number, { readonly permit: Permit; readonly inputTokens: number }>();
  const { promise: refused, reject } = Promise.withResolvers<never>();
  refused.catch(() => {});
  const over = new AbortController();
  const either = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  return {
    refused,
    admit({ id, inputTokens, outputTokens }, onAdmitted) {
      const waitFor = async () => {
        const permit = await admit({ inputTokens, outputTokens }, either);
        // Given while the process ended: nobody is there to use it.
        if (over.signal.aborted) return permit.settle({ kind: "unsent" });
        open.set(id, { permit, inputTokens });
        onAdmitted();
      };
      waitFor().catch(reject);
    },
    async settle({ permit: id, end }) {
      const found = open.get(id);
      open.delete(id);
      await found?.permit.settle(asCallEnd(end));
    },
    async close() {
      over.abort();
      const killed = [...open.values()].map(({ permit, inputTokens }) =>
        permit.settle({ kind: "failed", code: "model-aborted", usage: { inputTokens } }),
      );
      await Promise.allSettled(killed);
    },
  };
}
