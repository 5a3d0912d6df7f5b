import { describe, expect, it } from "vitest";
import type { Json } from "../../base/json.ts";
import { createRandom } from "../../base/random.ts";
import type { Model } from "../../model.ts";
import type { Proposal } from "../../task.ts";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import { describeTaskConformance, draftsOf, proposals } from "../conformance.ts";
import { sharesStem, words } from "../../text/words.ts";
import { memoryProject } from "../fixture.ts";
import { secretStemsOf } from "./description.ts";
import { answerSchema } from "./answer.ts";
import { FIXTURE_FILES, FIXTURE_OPTIONS } from "./fixture.ts";
import { funcLocalize } from "./index.ts";
import { TEMPLATE_IDS } from "./templates.ts";

const syntaxes = await loadSyntaxes();
const family = funcLocalize(syntaxes);
const project = () => memoryProject(FIXTURE_FILES, syntaxes);

describeTaskConformance(family, { project, options: FIXTURE_OPTIONS, atLeast: 4 });
describeTaskConformance(family, {
  project,
  options: { ...FIXTURE_OPTIONS, targets: 2, spread: "different-files", details: "full" },
  atLeast: 1,
});

function reasonsByName(all: readonly Proposal[]): Record<string, string> {
  return Object.fromEntries(
    all.flatMap((one) => (one.kind === "rejected" ? [[one.place.name, one.reason]] : [])),
  );
}

describe("proposals", () => {
  it("rejects what is no fair target, each for its own reason", async () => {
    const reasons = reasonsByName(await proposals(family, await project(), FIXTURE_OPTIONS));
    expect(reasons).toMatchObject({
      _mean: "docstring-too-short",
      ledger: "docstring-too-short",
      test_frost: "role-test",
      vendored: "role-vendored",
    });
  });

  it("rejects a docstring that documents parameters that are not there", async () => {
    const options = { ...FIXTURE_OPTIONS, min_docstring_words: 1 };
    expect(reasonsByName(await proposals(family, await project(), options))).toMatchObject({
      ledger: "docstring-untrue",
    });
  });

  it("rejects twins, and docstrings whose text stands elsewhere", async () => {
    const original = FIXTURE_FILES["orchard/weather.py"] ?? "";
    const renamed = original.replaceAll("frost_risk", "risk_of_ice").replaceAll("humidity", "damp");
    const copied = await memoryProject({ ...FIXTURE_FILES, "orchard/ice.py": renamed }, syntaxes);
    expect(reasonsByName(await proposals(family, copied, FIXTURE_OPTIONS))).toMatchObject({
      frost_risk: "twin",
      risk_of_ice: "twin",
    });
    const text = "Write the bill that a wholesale buyer receives, with discounts for large orders.";
    const told = await memoryProject({ ...FIXTURE_FILES, "docs/sales.rst": text }, syntaxes);
    expect(reasonsByName(await proposals(family, told, FIXTURE_OPTIONS))).toMatchObject({
      invoice: "docstring-elsewhere",
    });
  });

  it("leaves out unknown licences when only permissive ones are wanted", async () => {
    const { LICENSE: _, ...files } = FIXTURE_FILES;
    const unlicensed = await memoryProject(files, syntaxes);
    const options = { ...FIXTURE_OPTIONS, licences: "permissive" };
    expect(draftsOf(await proposals(family, unlicensed, options))).toEqual([]);
    const [draft] = draftsOf(await proposals(family, await project(), options));
    expect(draft?.facts["licence"]).toBe("MIT");
  });

  it("counts the words that a description takes from the code, and does without when told to", async () => {
    const many = Array.from({ length: 80 }, (_, place) => {
      const shared = place < 5 ? "trellis_hoist(pergola)" : `plain${place}(value)`;
      return `def filler_${place}(value):\n    return ${shared}\n`;
    });
    const target =
      'def sort(crates):\n    """Arrange the crates of a harvest by their weight for the market."""\n' +
      "    pergola = crates[:]\n    trellis_hoist(pergola)\n    return pergola\n";
    const files = { "orchard/filler.py": many.join("\n"), "orchard/packing.py": target };
    const counts = async (options: Record<string, Json>) =>
      draftsOf(await proposals(family, await memoryProject(files, syntaxes), options)).map(
        (draft) => draft.facts["code_words"],
      );
    const lenient = { min_lookups: 0, min_distractors: 0, ambiguity_margin: 0, max_retrieval_rank: null };
    expect(await counts({ ...lenient, min_terms: 6 })).toEqual([3]);
    expect(await counts({ ...lenient, min_terms: 6, code_words: false })).toEqual([]);
    expect(await counts({ ...lenient, min_terms: 3, code_words: false })).toEqual([0]);
  });

  it("rejects a description that a single search would answer, with the thresholds for real projects", async () => {
    const options = { ambiguity_margin: 0, min_distractors: 0, min_lookups: 100 };
    const reasons = Object.values(reasonsByName(await proposals(family, await project(), options)));
    expect(reasons).toContain("too-greppable");
  });
});

async function instructionFor(details: string): Promise<string> {
  const options = { ...FIXTURE_OPTIONS, details, masked: false };
  const drafts = draftsOf(await proposals(family, await project(), options));
  return drafts.find((draft) => draft.place.name === "ColdStore.place")?.instruction ?? "";
}

describe("instructions", () => {
  it("mask the name and every form of its words", async () => {
    for (const draft of draftsOf(await proposals(family, await project(), FIXTURE_OPTIONS))) {
      for (const target of answerSchema.parse(draft.answer).targets) {
        const bare = target.qualified_name.split(".").at(-1) ?? "";
        expect(draft.instruction.toLowerCase()).not.toMatch(new RegExp(`\\b${bare.toLowerCase()}`));
        expect(draft.instruction).not.toContain(target.docstring.slice(0, 40));
      }
    }
  });

  it("show the name when they are not masked", async () => {
    const options = { ...FIXTURE_OPTIONS, masked: false };
    const drafts = draftsOf(await proposals(family, await project(), options));
    const invoice = drafts.find((draft) => draft.place.name === "invoice");
    expect(invoice?.instruction).toContain("`invoice`");
    expect(invoice?.facts["principles"]).toMatchObject({ repository_exploration: "does-not-apply" });
  });

  it("tell parameters and calls only at the level of detail asked for", async () => {
    expect(await instructionFor("none")).not.toContain("`crate`");
    expect(await instructionFor("parameters")).toContain("`crate` and `room`");
    expect(await instructionFor("parameters")).not.toContain("OverflowError");
    expect(await instructionFor("full")).toContain("`OverflowError`");
  });

  it.each(TEMPLATE_IDS)(
    "read as sentences in the wording %s, for one target and for two",
    async (template) => {
      for (const targets of [1, 2]) {
        const options = { ...FIXTURE_OPTIONS, template, targets };
        const [draft] = draftsOf(await proposals(family, await project(), options));
        expect(draft?.variant).toMatchObject({ template, targets });
        expect(draft?.instruction).toMatch(/docstring/);
        expect(draft?.instruction).not.toMatch(/undefined|\.\.|  |\s,| \./);
      }
    },
  );
});

const answering = (answers: readonly string[]): Model & { readonly prompts: string[] } => {
  const prompts: string[] = [];
  return {
    name: "fixed",
    prompts,
    async complete(request) {
      const content = answers[Math.min(prompts.length, answers.length - 1)] ?? "";
      prompts.push(request.messages[0]?.content ?? "");
      return { message: { role: "assistant", content, toolCalls: [] }, stop: "end", usage: {} };
    },
  };
};

describe("several targets", () => {
  it("are never named by what is said of another one", async () => {
    const options = { ...FIXTURE_OPTIONS, targets: 2, details: "full" };
    const drafts = draftsOf(await proposals(family, await project(), options));
    expect(drafts.length).toBeGreaterThan(0);
    for (const draft of drafts) {
      const { targets } = answerSchema.parse(draft.answer);
      expect(targets).toHaveLength(2);
      for (const { qualified_name } of targets) {
        const secret = secretStemsOf(qualified_name, "");
        const told = draft.instruction.match(/^[12]\. .*$/gm)?.flatMap((line) => words(line)) ?? [];
        expect(told.filter((word) => sharesStem(word, secret))).toEqual([]);
      }
    }
  });
});

describe("descriptions by a model", () => {
  const only = { "orchard/sales.py": FIXTURE_FILES["orchard/sales.py"]?.split("\n\n\n")[0] ?? "" };
  const proposeWith = async (model: Model) => {
    const options = family.parseOptions({ ...FIXTURE_OPTIONS, min_docstring_words: 1 });
    const context = { project: await memoryProject(only, syntaxes), options, random: createRandom(1), model };
    return Array.fromAsync(family.propose(context));
  };
  const good =
    "Puts together what a merchant owes for the crates taken, cheaper when there are more than a hundred.";

  it("are asked for again, with the reason, when they give the name away", async () => {
    const model = answering([
      "Creates the invoices for a buyer from crates and adds the taxes on top of it.",
      good,
    ]);
    const [proposal] = await proposeWith(model);
    expect(proposal).toMatchObject({
      kind: "draft",
      draft: { facts: { description_source: "fixed", description_attempts: 2 } },
    });
    expect(model.prompts[1]).toContain("name-in-description");
  });

  it("are given up after three refusals", async () => {
    const model = answering([
      "Writes the bill that a wholesale buyer receives, with discounts for large orders.",
    ]);
    const [proposal] = await proposeWith(model);
    expect(proposal).toMatchObject({ kind: "rejected", reason: "description-copies-docstring" });
    expect(model.prompts).toHaveLength(3);
  });
});
