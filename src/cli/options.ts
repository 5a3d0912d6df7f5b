import { type Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { jsonSchema, type Json } from "../base/json.ts";
import type { EnvironmentMakerName } from "../environment.ts";
import type { IsolationLevel } from "../sandbox.ts";

/** What `--isolation` takes, the strongest first; its own list, so that `--help` does not load the sandboxes. */
export const ISOLATION_CHOICES = Object.keys({
  namespaces: true,
  container: true,
  process: true,
} satisfies Record<IsolationLevel, true>);

/** What `--environments` takes. */
const ENVIRONMENT_CHOICES = Object.keys({ pip: true } satisfies Record<EnvironmentMakerName, true>);

/** What decides where code is run that has to be run to make or to judge instances. */
export interface JudgingFlags {
  isolation?: IsolationLevel;
  allowUnsafe?: true;
  environments?: EnvironmentMakerName;
}

/** The flags of commands that may have to run code which others wrote. */
export function withJudgingFlags(command: Command): Command {
  return command
    .addOption(isolationOption())
    .option("--allow-unsafe", 'judge code at the level "process" too, which is no isolation')
    .addOption(environmentsOption());
}

/** Of commands that never run such code without isolation. */
export function withIsolatedJudgingFlags(command: Command): Command {
  return command.addOption(isolationOption()).addOption(environmentsOption());
}

function isolationOption(): Option {
  return new Option(
    "--isolation <level>",
    "of the sandboxes in which code is judged; the strongest that this machine gives when left out",
  ).choices(ISOLATION_CHOICES);
}

function environmentsOption(): Option {
  return new Option(
    "--environments <maker>",
    "get the packages that code needs, as wheels, where this machine does not have them (uses the network)",
  ).choices(ENVIRONMENT_CHOICES);
}

/** Parsers of flag values; a wrong value is a usage error that names the flag. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("It takes a whole number from 1.");
  return value;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value))
    throw new InvalidArgumentError("It takes a whole number.");
  return value;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError("It takes a number above 0.");
  return value;
}

export function nonNegativeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError("It takes a number from 0.");
  return value;
}

/** A number from 0 to 1. */
export function share(text: string): number {
  const value = nonNegativeNumber(text);
  if (value > 1) throw new InvalidArgumentError("It takes a number from 0 to 1.");
  return value;
}

/** A flag that may be given again. */
export function several(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, text];
}

/** `--set name=value`, repeatable; the value is JSON, or a string when it is none. */
export function setting(text: string, earlier: Record<string, Json> = {}): Record<string, Json> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It takes NAME=VALUE.");
  return { ...earlier, [text.slice(0, at)]: jsonOrText(text.slice(at + 1)) };
}

export function jsonObject(text: string): Record<string, Json> {
  const value = z.record(z.string(), jsonSchema).safeParse(jsonOrText(text));
  if (!value.success) throw new InvalidArgumentError("It takes a JSON object.");
  return value.data;
}

function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
