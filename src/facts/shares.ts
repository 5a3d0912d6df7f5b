import { type Component, COMPONENTS, type Fact, type Walk } from "../fact.ts";
import { fact } from "./define.ts";

/** Steps of each component, and their share: docs/trajectory-components.md. */
export const shareFacts: readonly Fact[] = COMPONENTS.flatMap((component) => [
  fact(`${component}_steps`, `steps that are ${component}`, (walk) => count(walk, component)),
  fact(
    `${component}_share`,
    `of all steps, those that are ${component}; 0 to 1; null without steps`,
    (walk) =>
      walk.steps.length === 0 ? null : Math.round((count(walk, component) / walk.steps.length) * 1000) / 1000,
  ),
]);

function count({ steps }: Walk, component: Component): number {
  return steps.filter((step) => step.component === component).length;
}
