import type { Model } from "../../model.ts";
import type { Describer, DescriptionFacts } from "./description.ts";
import type { Options } from "./options.ts";

/** Has a model write the descriptions. They pass the same checks as ours; a refused one is asked for again, with the reason. */
export function modelDescriber(model: Model, options: Options, signal?: AbortSignal): Describer {
  return {
    source: model.name,
    async describe(facts, attempt) {
      const response = await model.complete({
        messages: [{ role: "user", content: prompt(facts, options, attempt.previous) }],
        tools: [],
        sampling: { maxOutputTokens: 2000 },
        ...(signal === undefined ? {} : { signal }),
      });
      const text = response.message.content.trim();
      return text === "" || response.stop === "length"
        ? { refused: "description-unfinished", detail: `the model stopped with "${response.stop}"` }
        : { text, codeWords: null };
    },
  };
}

const DETAILS: Readonly<Record<Options["details"], string>> = {
  none: "Say what it is for. Leave out the names of parameters and of the functions it calls.",
  parameters: "Say what it is for, then name its parameters and say what it returns.",
  full: "Say what it is for, name its parameters, say what it returns, what it raises and which functions it calls.",
};

function prompt(facts: DescriptionFacts, options: Options, previous: string | undefined): string {
  const rules = [
    "Write two to five plain sentences of your own. Do not copy or lightly rephrase the docstring.",
    DETAILS[options.details],
    "It must be specific enough that a reader who sees the whole repository can tell this definition from all others.",
    "Do not mention file names, module names or line numbers.",
    ...(options.masked
      ? [
          `Do not use the name \`${facts.qualifiedName}\`, any word that is part of it, or another form of such a word (no "insertion" for \`insert\`).`,
        ]
      : []),
    "Answer with the description alone: no heading, no quotation marks, no code block.",
  ];
  return [
    `Describe this Python ${facts.kind} for somebody who has to find it in its repository.`,
    "",
    ...rules.map((rule) => `- ${rule}`),
    "",
    "The definition, with its docstring:",
    "",
    "```python",
    facts.source.slice(0, 12_000),
    "```",
    ...(previous === undefined
      ? []
      : ["", `An earlier description was refused: ${previous}. Write another one.`]),
  ].join("\n");
}
