import { describeAgent } from "../agents/index.ts";
import { InputError } from "../base/errors.ts";
import type { SolverRequest } from "./rollout-request.ts";

/**
 * Gives solvers that have no name one: the agent's, with the model's where the agent is not the only one of its name, and with a number where that
 * is not enough. The same list gives the same names. @throws InputError `solver-named-twice`.
 */
export function withNames(solvers: readonly SolverRequest[]): (SolverRequest & { readonly name: string })[] {
  const taken = new Set<string>();
  for (const { name } of solvers) {
    if (name === undefined) continue;
    if (taken.has(name)) throw namedTwice(name);
    taken.add(name);
  }
  const agents = Map.groupBy(solvers, ({ agent }) => agent);
  return solvers.map((solver) => {
    if (solver.name !== undefined) return { ...solver, name: solver.name };
    const isOnly = agents.get(solver.agent)?.length === 1;
    const model = solver.model === undefined || isOnly ? "" : `-${lastPart(solver.model.name)}`;
    const name = unused(plain(`${solver.agent}${model}`), taken);
    taken.add(name);
    return { ...solver, name };
  });
}

/** Each agent with each model, where it takes one; what else is said holds for all. */
export function productOf(
  agents: readonly string[],
  models: readonly NonNullable<SolverRequest["model"]>[],
  shared: Omit<SolverRequest, "name" | "agent" | "model">,
): SolverRequest[] {
  return agents.flatMap((agent) => {
    if (models.length === 0 || !describeAgent(agent).needsModel) return [{ ...shared, agent }];
    return models.map((model) => ({ ...shared, agent, model }));
  });
}

/** Of `Qwen/Qwen3-Coder-30B`, what tells it from others. */
function lastPart(model: string): string {
  return model.slice(model.lastIndexOf("/") + 1);
}

function plain(name: string): string {
  return name.replaceAll(/[^\w-]+/g, "-").replaceAll(/^-+|-+$/g, "");
}

function unused(name: string, taken: ReadonlySet<string>): string {
  let candidate = name;
  for (let number = 2; taken.has(candidate); number++) candidate = `${name}-${number}`;
  return candidate;
}

function namedTwice(name: string): InputError {
  return new InputError({
    code: "solver-named-twice",
    message: `Two solvers have the name "${name}"`,
    hint: "Give each a name of its own, or none.",
    fields: { name },
  });
}
