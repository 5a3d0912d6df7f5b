import { Command, Option } from "commander";
import { defined } from "../base/defined.ts";
import type { Json } from "../base/json.ts";
import { MODEL_APIS, TOOL_PROTOCOLS, type ModelApi, type ToolProtocol } from "../models/settings.ts";
import type { RunConfig } from "../run.ts";
import {
  collected,
  ISOLATION_CHOICES,
  jsonObject,
  nonNegativeNumber,
  positiveInteger,
  positiveNumber,
  wholeNumber,
} from "./options.ts";
import { governorOptions, governorSettings, type GovernorFlags } from "./governor-options.ts";
import { describeCounts } from "./status.ts";
import { runAction } from "./ui.ts";

interface Flags extends GovernorFlags {
  run: string;
  agent: string;
  command?: string;
  model?: string;
  baseUrl?: string;
  servedModel?: string[];
  api: ModelApi;
  stream: boolean;
  toolProtocol: ToolProtocol;
  isolation?: RunConfig["isolation"];
  image?: string;
  allowUnsafe?: true;
  attempts: number;
  limit?: number;
  concurrency: number;
  maxSteps: number;
  deadline: number;
  maxTokens?: number;
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
  json?: true;
}

export function rolloutCommand(): Command {
  const command = new Command("rollout")
    .description("let an agent work on instances; the same command continues a run")
    .argument("<dataset>", "a dataset folder")
    .requiredOption("--run <folder>", "the run folder to make or to continue")
    .requiredOption("--agent <name>", 'one that "hybrid-gym agents" lists: loop, scripted, codex…')
    .option("--command <line>", "for the agent command: a line of bash with {instruction_file}, {base_url}…")
    .option("--model <name>", "the model, as its endpoint knows it")
    .option("--base-url <url>", "the endpoint, such as http://localhost:8000/v1; a file for --api replay")
    .option(
      "--served-model <name>",
      "what the endpoint calls the model in its answers (repeatable)",
      collected,
    )
    .addOption(new Option("--api <dialect>", "the endpoint's protocol").choices(MODEL_APIS).default("openai"))
    .option("--no-stream", "ask for answers in one piece, not as streams of events")
    .addOption(
      new Option("--tool-protocol <form>", "how the model calls tools: by its service, or in its text")
        .choices(TOOL_PROTOCOLS)
        .default("native"),
    )
    .addOption(
      new Option("--isolation <level>", "the strongest that this machine gives when left out").choices(
        ISOLATION_CHOICES,
      ),
    )
    .option("--image <name>", "for the level container: an image that podman or Docker has")
    .option("--allow-unsafe", "let a model-driven agent run without isolation")
    .option("--attempts <n>", "attempts per instance; may grow when a run is continued", positiveInteger, 1)
    .option("--limit <n>", "take the first n instances; may grow when a run is continued", positiveInteger)
    .option("--concurrency <n>", "attempts at a time", positiveInteger, 2)
    .option("--max-steps <n>", "turns of an attempt", positiveInteger, 60)
    .option("--deadline <seconds>", "time of an attempt", positiveNumber, 1800)
    .option("--max-tokens <n>", "input and output tokens of an attempt", positiveInteger)
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
    .option("--json", "print the counts as one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym rollout data --run run1 --agent scripted\n  $ hybrid-gym rollout data --run run2 --agent loop --model qwen3-coder --base-url http://localhost:8000/v1\n\nKeys are read from OPENAI_API_KEY or ANTHROPIC_API_KEY. Exit code 1 when a target is left without a verdict; the same command tries it again.",
    )
    .action((dataset: string, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { rollout } = await import("../commands/rollout.ts");
        const { openRunGovernor } = await import("../commands/run-governor.ts");
        // Who asks no service needs none.
        await using governor =
          flags.model === undefined || flags.api === "replay"
            ? undefined
            : await openRunGovernor(flags.run, { ...(await governorSettings(flags)), log: ui.log });
        const counts = await rollout({
          dataset,
          run: flags.run,
          agent: flags.agent,
          ...(flags.command === undefined ? {} : { command: flags.command }),
          ...(flags.model === undefined
            ? {}
            : {
                model: {
                  name: flags.model,
                  baseUrl: flags.baseUrl ?? "",
                  ...(flags.servedModel === undefined ? {} : { servedAs: flags.servedModel }),
                  api: flags.api,
                  stream: flags.stream,
                  toolProtocol: flags.toolProtocol,
                },
              }),
          ...(flags.isolation === undefined ? {} : { isolation: flags.isolation }),
          ...(flags.image === undefined ? {} : { image: flags.image }),
          allowUnsafe: flags.allowUnsafe ?? false,
          attempts: flags.attempts,
          concurrency: flags.concurrency,
          maxSteps: flags.maxSteps,
          deadlineSeconds: flags.deadline,
          ...(flags.limit === undefined ? {} : { limit: flags.limit }),
          ...(flags.maxTokens === undefined ? {} : { maxTokens: flags.maxTokens }),
          ...(flags.temperature === undefined ? {} : { temperature: flags.temperature }),
          ...(flags.tools === undefined ? {} : { tools: flags.tools }),
          ...(flags.contextWindow === undefined ? {} : { contextWindow: flags.contextWindow }),
          ...(flags.condense === undefined ? {} : { condense: true }),
          ...(flags.tokenizer === undefined ? {} : { tokenizer: flags.tokenizer }),
          sampling: defined({
            topP: flags.topP,
            seed: flags.seed,
            maxOutputTokens: flags.maxOutputTokens,
            reasoningEffort: flags.reasoningEffort,
            more: flags.sampling,
          }),
          ...(governor === undefined ? {} : { governor }),
          log: ui.log,
          signal: ui.signal,
        });
        if (ui.json) ui.row(counts);
        else ui.print(describeCounts(counts));
        return Object.keys(counts.no_verdict).length === 0 ? 0 : 1;
      }),
    );
  for (const option of governorOptions()) command.addOption(option);
  return command;
}
