import { DEFAULT_LIMITS } from "../shared/limits.ts";
import { isolationArguments } from "./arguments.ts";
import {
  type Engine,
  type EngineName,
  type EngineProblem,
  ENGINES,
  findEngine,
  findImage,
  isProblem,
  lastLine,
  runEngine,
} from "./engine.ts";

const STAGES: readonly EngineProblem["stage"][] = [
  "not-installed",
  "no-answer",
  "no-image",
  "does-not-start",
];

/** The first engine that starts a container of the image, or the problem of the one that is closest to it. */
export async function chooseEngine(image: string, wanted?: EngineName): Promise<Engine | EngineProblem> {
  let closest: EngineProblem | undefined;
  for (const name of wanted === undefined ? ENGINES : [wanted]) {
    const result = await tryEngine(name, image);
    if (!isProblem(result)) return result;
    if (closest === undefined || STAGES.indexOf(result.stage) > STAGES.indexOf(closest.stage))
      closest = result;
  }
  if (closest === undefined) throw new TypeError("there is always an engine to try");
  if (closest.stage === "not-installed" && wanted === undefined) {
    return { ...closest, reason: "neither podman nor docker is installed" };
  }
  return closest;
}

async function tryEngine(name: EngineName, image: string): Promise<Engine | EngineProblem> {
  const engine = await findEngine(name);
  if (isProblem(engine)) return engine;
  return (await findImage(name, image)) ?? (await tryStart(engine, image)) ?? engine;
}

/** What the first process and the file tools use. */
const CHECK = `
((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || { echo "bash is older than 4.4" >&2; exit 3; }
for program in git cat head mkdir dirname; do
  type -P "$program" >/dev/null || { echo "the image has no $program" >&2; exit 3; }
done
`;

/** A container that says nothing of use, with all that keeps one apart: some machines have an engine that cannot start any. */
async function tryStart(engine: Engine, image: string): Promise<EngineProblem | undefined> {
  const isolation = isolationArguments(engine, DEFAULT_LIMITS);
  const result = await runEngine(
    engine.name,
    ["run", "--rm", ...isolation, "--entrypoint=bash", image, "-c", CHECK],
    30_000,
  );
  if (result.exitCode === 0) return undefined;
  const said = result.timedOut ? "no answer within 30 s" : lastLine(result.stderr);
  return {
    stage: "does-not-start",
    reason: `${engine.name} cannot start a sandbox of ${image}: ${said}`,
    fix: "See docs/sandbox-container.md; the image must hold bash 4.4 or later, git and coreutils.",
  };
}
