import { Option, type Command } from "commander";
import { defined } from "../base/defined.ts";
import type { Json } from "../base/json.ts";
import type { PartialSettings, SolverRequest } from "../commands/rollout-request.ts";
import { MODEL_APIS, TOOL_PROTOCOLS, type ModelApi, type ToolProtocol } from "../models/settings.ts";
import type { RunConfig } from "../run.ts";
import { governorOptions, type GovernorFlags } from "./governor-options.ts";
import {
  ISOLATION_CHOICES,
  jsonObject,
  nonNegativeNumber,
  positiveInteger,
  positiveNumber,
  share,
  several,
  wholeNumber,
} from "./options.ts";

export interface RolloutFlags extends GovernorFlags {
  run?: string;
  config?: string;
  agent?: string[];
  command?: string;
  model?: string[];
  baseUrl?: string;
  servedModel?: string[];
  api?: ModelApi;
  stream: boolean;
  toolProtocol?: ToolProtocol;
  isolation?: RunConfig["isolation"];
  image?: string;
  allowUnsafe?: true;
  attempts?: number;
  untilSolved?: true;
  minYield?: number;
  limit?: number;
  withoutMemorised?: true;
  concurrency?: number;
  maxSteps?: number;
  deadline?: number;
  maxTokens?: number;
  grace?: number;
  stall?: number;
  minFreeDisk?: number;
  minFreeMemory?: number;
  sandboxStarts?: number;
  temperature?: number;
  tools?: string;
  contextWindow?: number;
  condense?: true;
  tokenizer?: string;
  topP?: number;
  seed?: number;
  maxOutputTokens?: number;
  reasoningEffort?: string;
  sampling?: Record<string, Json>;
  gate?: number;
  dryRun?: true;
  like?: string;
  json?: true;
}

/** None has a default here: what a flag does not say, the file of `--config` may. */
export function addRolloutFlags(command: Command): Command {
  command
    .option("--run <folder>", "the run folder to make or to continue")
    .option(
      "--config <file>",
      "JSON with all that can be said here, and a list of solvers; flags override it",
    )
    .option("--agent <name>", 'one that "hybrid-gym agents" lists; again for several', several)
    .option("--command <line>", "for the agent command: a line of bash with {instruction_file}, {base_url}…")
    .option("--model <name>", "the model, as its endpoint knows it; again for several", several)
    .option("--base-url <url>", "the endpoint, such as http://localhost:8000/v1; a file for --api replay")
    .option("--served-model <name>", "what the endpoint calls it in its answers; again for several", several)
    .addOption(
      new Option("--api <dialect>", "the endpoint's protocol; openai when left out").choices(MODEL_APIS),
    )
    .option("--no-stream", "ask for answers in one piece, not as streams of events")
    .addOption(
      new Option(
        "--tool-protocol <form>",
        "how the model calls tools: native (by its service), or in its text",
      ).choices(TOOL_PROTOCOLS),
    )
    .addOption(
      new Option("--isolation <level>", "the strongest that this machine gives when left out").choices(
        ISOLATION_CHOICES,
      ),
    )
    .option("--image <name>", "for the level container: an image that podman or Docker has")
    .option("--allow-unsafe", "let a model-driven agent run without isolation")
    .option(
      "--attempts <n>",
      "attempts per instance and solver (1); may grow when a run is continued",
      positiveInteger,
    )
    .option("--until-solved", "end an instance's attempts with its first success")
    .option("--min-yield <share>", "skip further rounds of attempts that solve fewer instances each", share)
    .option("--limit <n>", "take the first n instances; may grow when a run is continued", positiveInteger)
    .option("--without-memorised", "leave out what a model solved without the repository (see memorised)")
    .option("--concurrency <n>", "attempts at a time (2)", positiveInteger)
    .option("--max-steps <n>", "turns of an attempt (60)", positiveInteger)
    .option("--deadline <seconds>", "time of an attempt (1800)", positiveNumber)
    .option("--max-tokens <n>", "input and output tokens of an attempt", positiveInteger)
    .option("--grace <seconds>", "time for attempts under way when asked to end (120)", nonNegativeNumber)
    .option(
      "--stall <seconds>",
      "give an attempt up in which nothing happens for so long (900)",
      positiveNumber,
    )
    .option("--min-free-disk <mib>", "begin no attempt with less free space (512)", nonNegativeNumber)
    .option("--min-free-memory <mib>", "begin no attempt with less available memory (512)", nonNegativeNumber)
    .option(
      "--gate <n>",
      "look at the first n attempts of each solver before more (10 from 100 targets on; 0: never)",
      wholeNumber,
    )
    .option("--dry-run", "say what would be done and what it would take, and do nothing")
    .option("--like <run>", "for --dry-run: a run to judge from")
    .option("--sandbox-starts <n>", "sandboxes started at a time (one for each core)", positiveInteger)
    .option("--temperature <t>", "sampling temperature; the endpoint's own when left out", nonNegativeNumber)
    .option("--tools <set>", "of the loop: standard, openhands, mini or compact; standard when left out")
    .option("--context-window <n>", "tokens that the model can take: no request is larger", positiveInteger)
    .option("--condense", "sum up older turns when the context window gets full")
    .option("--tokenizer <file>", "the model's tokenizer.json, to count what the service does not")
    .option("--top-p <p>", "sample from the likeliest tokens that make up this share", nonNegativeNumber)
    .option("--seed <n>", "the service's seed, where it takes one", wholeNumber)
    .option("--max-output-tokens <n>", "tokens that one answer may have", positiveInteger)
    .option("--reasoning-effort <word>", "how long the model thinks, in its service's words")
    .option("--sampling <json>", "more fields of each request, as they are: '{\"top_k\": 20}'", jsonObject)
    .option("--json", "print the counts as one JSON object");
  for (const option of governorOptions()) command.addOption(option);
  return command;
}

const MIB = 2 ** 20;

/** What flags say, in the words of the request; agents and models apart, for there may be several. */
export function settingsOf(flags: RolloutFlags): PartialSettings {
  return defined({
    run: flags.run,
    command: flags.command,
    isolation: flags.isolation,
    image: flags.image,
    allowUnsafe: flags.allowUnsafe,
    attempts: flags.attempts,
    untilSolved: flags.untilSolved,
    minYield: flags.minYield,
    limit: flags.limit,
    withoutMemorised: flags.withoutMemorised,
    concurrency: flags.concurrency,
    maxSteps: flags.maxSteps,
    deadlineSeconds: flags.deadline,
    maxTokens: flags.maxTokens,
    graceSeconds: flags.grace,
    stallSeconds: flags.stall,
    minFreeDisk: flags.minFreeDisk === undefined ? undefined : flags.minFreeDisk * MIB,
    minFreeMemory: flags.minFreeMemory === undefined ? undefined : flags.minFreeMemory * MIB,
    sandboxStarts: flags.sandboxStarts,
    gate: flags.gate,
    temperature: flags.temperature,
    tools: flags.tools,
    contextWindow: flags.contextWindow,
    condense: flags.condense,
    tokenizer: flags.tokenizer,
    sampling: samplingOf(flags),
  });
}

function samplingOf(flags: RolloutFlags): PartialSettings["sampling"] {
  const sampling = defined({
    topP: flags.topP,
    seed: flags.seed,
    maxOutputTokens: flags.maxOutputTokens,
    reasoningEffort: flags.reasoningEffort,
    more: flags.sampling,
  });
  return Object.keys(sampling).length === 0 ? undefined : sampling;
}

/** What flags say of models in general. */
export function modelSettingsOf(flags: RolloutFlags) {
  return defined({
    baseUrl: flags.baseUrl,
    servedAs: flags.servedModel,
    api: flags.api,
    stream: flags.stream ? undefined : false,
    toolProtocol: flags.toolProtocol,
  });
}

/** Each model that flags name; what they say of models in general goes over what the file says of its one. */
export function modelsOf(
  flags: RolloutFlags,
  inFile: SolverRequest["model"],
): readonly NonNullable<SolverRequest["model"]>[] {
  const said = modelSettingsOf(flags);
  const names = flags.model ?? (inFile === undefined ? [] : [inFile.name]);
  return names.map((name) => ({ baseUrl: "", ...inFile, ...said, name }));
}
