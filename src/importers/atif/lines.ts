import type { ForeignEvent } from "../../trajectory.ts";
import type { Fields } from "../shared/fields.ts";
import { readSteps, type StepContext } from "./steps.ts";
import { timed } from "./timed.ts";

type Branch = Extract<ForeignEvent, { type: "branch" }>;
const KINDS = ["sub-agent", "compaction", "retry", "other"] as const;

/** Where in its parent a branch began, by the result that names it. */
interface Origin {
  readonly parent: string | undefined;
  readonly after: number;
}

/** The main line of a document, then each embedded trajectory as a branch, those inside others too. */
export function readLines(document: Fields, context: StepContext): ForeignEvent[] {
  const ids = new Set<string>();
  const origins = new Map<string, Origin>();
  const read = (line: Fields, id: string | undefined): ForeignEvent[] => {
    const { events, refers } = readSteps(line.list("steps"), id, context);
    for (const { to, after } of refers) if (!origins.has(to)) origins.set(to, { parent: id, after });
    finalMetrics(line);
    const embedded = line.list("subagent_trajectories");
    for (const one of embedded) {
      const known = one.text("trajectory_id") ?? one.text("session_id") ?? `sub-agent-${ids.size + 1}`;
      const branch = ids.has(known) ? `${known}-${ids.size + 1}` : known;
      if (branch !== known) context.repaired.add("repeated-branch-id");
      ids.add(branch);
      sameAsOuter(one, line);
      const below = read(one, branch);
      events.push(
        ...beginningOf(one, branch, origins.get(known) ?? { parent: id, after: 0 }, context),
        ...below,
      );
    }
    return events;
  };
  return read(document, undefined);
}

function beginningOf(line: Fields, id: string, found: Origin, { repaired }: StepContext): Branch[] {
  const said = line.fields("extra").fields("branch");
  const announced = said.flag("announced");
  const kind = KINDS.find((one) => one === said.peek("kind"));
  said.again("kind", kind);
  if (announced === false) return [];
  const isSaid = kind !== undefined;
  const parent = isSaid ? said.text("parent") : found.parent;
  return [
    {
      type: "branch",
      ...timed(said.text("at"), repaired),
      id,
      kind: kind ?? "sub-agent",
      ...(parent === undefined ? {} : { parent }),
      after: said.count("after") ?? found.after,
    },
  ];
}

/** Reads what an embedded trajectory says as its owner does. */
function sameAsOuter(line: Fields, outer: Fields): void {
  for (const name of ["schema_version", "session_id"]) line.again(name, outer.peek(name));
  const [agent, outerAgent] = [line.fields("agent"), outer.fields("agent")];
  for (const name of agent.names()) agent.again(name, outerAgent.peek(name));
}

/** What is a sum of the steps, which are read. */
function finalMetrics(line: Fields): void {
  const metrics = line.fields("final_metrics");
  const steps = line.list("steps");
  metrics.again("total_steps", steps.length);
  const sum = (name: string): number =>
    steps.reduce((total, step) => {
      const value = step.fields("metrics").peek(name);
      return total + (typeof value === "number" ? value : 0);
    }, 0);
  metrics.again("total_prompt_tokens", sum("prompt_tokens"));
  metrics.again("total_completion_tokens", sum("completion_tokens"));
  metrics.again("total_cached_tokens", sum("cached_tokens"));
  metrics.fields("extra").count("turns_without_usage");
}
