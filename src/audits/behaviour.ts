import type { AuditCheck } from "../audit.ts";
import type { Fact, Walk } from "../fact.ts";
import { probingFacts } from "../facts/probing.ts";
import { sizeFacts } from "../facts/size.ts";
import { troubleFacts } from "../facts/trouble.ts";
import { verificationFacts } from "../facts/verification.ts";
import { check } from "./define.ts";

const LONG_LOOP = 9;
const MANY_DEAD_TURNS = 0.2;
/** UTF-16 units of a token of code and English, by a rule of thumb, where no tokenizer is named. */
const CHARACTERS_PER_TOKEN = 3.5;

export const behaviourChecks: readonly AuditCheck[] = [
  ...probingFacts.map((fact) =>
    check("warning", fact.name.replaceAll("_", "-"), fact.meaning, (walk) => {
      const count = numberOf(fact, walk);
      return count > 0 ? `${count} actions` : undefined;
    }),
  ),
  check("warning", "loop", `it goes round in a circle for at least ${LONG_LOOP} steps`, (walk) => {
    const steps = numberOf(named(troubleFacts, "longest_loop"), walk);
    return steps >= LONG_LOOP ? `${steps} steps` : undefined;
  }),
  check("warning", "dead-turns", "at least a fifth of its turns neither call nor end", (walk) => {
    const dead = numberOf(named(troubleFacts, "dead_turns"), walk);
    return dead > 0 && dead >= MANY_DEAD_TURNS * walk.steps.length
      ? `${dead} of ${walk.steps.length} turns`
      : undefined;
  }),
  check(
    "note",
    "fake-verification",
    "after the last edit nothing is run: it is only compiled, or looked at",
    (walk) =>
      named(verificationFacts, "verification").of(walk) === "fake"
        ? "py_compile, --help, git diff or the like"
        : undefined,
  ),
  check(
    "warning",
    "too-long",
    "it is longer than the student's context: its end, where the work is done, would be cut",
    (walk, { context, tokens }) => {
      if (tokens !== undefined)
        return tokens.tokens > context ? `${tokens.tokens} tokens of at most ${context}` : undefined;
      const estimate = Math.round(numberOf(named(sizeFacts, "characters"), walk) / CHARACTERS_PER_TOKEN);
      return estimate > context ? `about ${estimate} tokens, by 3.5 characters to one` : undefined;
    },
  ),
];

function named(facts: readonly Fact[], name: string): Fact {
  const fact = facts.find((one) => one.name === name);
  if (fact === undefined) throw new RangeError(`there is no fact ${name}`);
  return fact;
}

function numberOf(fact: Fact, walk: Walk): number {
  const value = fact.of(walk);
  return typeof value === "number" ? value : 0;
}
