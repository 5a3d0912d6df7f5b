import type { Component, Fact } from "../fact.ts";
import { fact } from "./define.ts";

/** Stages that are told apart: of longer ones no two records would be alike. */
const STAGES = 6;

export const signatureFacts: readonly Fact[] = [
  fact(
    "signature",
    `the way in which the work goes: components of its first ${STAGES} stages, a stage being steps of one component in a row`,
    ({ steps }) => {
      const stages: Component[] = [];
      for (const { component } of steps) if (component !== stages.at(-1)) stages.push(component);
      return stages.slice(0, STAGES).join(" ");
    },
  ),
];
