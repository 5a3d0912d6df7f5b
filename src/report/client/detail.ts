import type { PageAttempt, PageAttemptRow, PageInstance, PageTarget } from "../page-data.ts";
import { element, fold, formatCount, formatSeconds, section } from "./dom.ts";
import type { Child } from "./dom.ts";
import { diffView } from "./diff.ts";
import { isolationBadge } from "./overview.ts";
import { stepsView } from "./steps.ts";
import { foldedText, preformatted } from "./text.ts";
import { facts, hashLink, outcomeBadge, repositoryName, shortHash, whyOf } from "./values.ts";

export interface Neighbours {
  readonly back: string;
  readonly previous: string | undefined;
  readonly next: string | undefined;
  readonly position: string;
}

export function attemptDetail(
  row: PageAttemptRow,
  attempt: PageAttempt,
  instance: PageInstance | undefined,
  neighbours: Neighbours,
): HTMLElement {
  return element(
    "main",
    { class: "detail" },
    navigation(neighbours),
    element("h1", { class: "code" }, row.id),
    element(
      "p",
      { class: "chips" },
      outcomeBadge(row.outcome),
      ...whyOf(row).map((reason) => element("span", { class: "chip" }, reason)),
      isolationBadge(attempt.isolation),
    ),
    element("p", { class: "quiet small" }, summaryLine(row, attempt)),
    element(
      "div",
      { class: "beside" },
      instance &&
        element(
          "div",
          { class: "first-column" },
          section("Instruction", foldedText(instance.instruction, "prose card")),
        ),
      element(
        "div",
        { class: "side-column" },
        verdictView(row, attempt),
        section("Diff", diffView(attempt.patch)),
        instance && targetsView(instance),
        instance &&
          section(
            "Instance",
            element(
              "p",
              {},
              element("a", { class: "code", href: hashLink({ instance: row.instance }) }, row.instance),
            ),
            repositoryLine(instance),
          ),
      ),
      element(
        "div",
        { class: "main-column" },
        section("Trajectory", stepsView(attempt.events, instance?.instruction)),
      ),
    ),
  );
}

function summaryLine(row: PageAttemptRow, attempt: PageAttempt): string {
  return [
    `${attempt.agent}${attempt.model === undefined ? "" : ` with ${attempt.model}`}`,
    `${formatCount(row.steps)} steps`,
    row.tokens === undefined ? "" : `${formatCount(row.tokens)} tokens`,
    formatSeconds(row.seconds),
    `ended: ${row.end}`,
    `started ${attempt.startedAt.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC")}`,
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function neighbourLink(label: string, key: string, target: string | undefined): Child {
  if (target === undefined) return element("span", { class: "quiet" }, label);
  return element("a", { href: target, title: `Key: ${key}` }, label);
}

function navigation(neighbours: Neighbours): HTMLElement {
  return element(
    "nav",
    { class: "crumbs", "aria-label": "Attempts" },
    element("a", { href: neighbours.back, title: "Key: Escape" }, "← Overview"),
    element("span", { class: "quiet small" }, neighbours.position),
    neighbourLink("Previous", "k", neighbours.previous),
    neighbourLink("Next", "j", neighbours.next),
  );
}

function verdictView(row: PageAttemptRow, attempt: PageAttempt): HTMLElement {
  const reasons = whyOf(row);
  const meaning = {
    solved: "Graded as solved.",
    unsolved: "Graded as unsolved.",
    "no-verdict": "Not graded: something outside the attempt failed. It counts neither way.",
  }[row.outcome];
  return section(
    "Verdict",
    element("p", {}, outcomeBadge(row.outcome), ` ${meaning}`),
    reasons.length > 0 &&
      element(
        "ul",
        { class: "reasons" },
        ...reasons.map((reason) => element("li", { class: "code" }, reason)),
      ),
    facts({ reward: attempt.reward, ...attempt.facts }),
  );
}

function targetsView(instance: PageInstance): HTMLElement | undefined {
  const { targets, answer, secretFacts } = instance;
  if (targets.length === 0 && answer === undefined) return undefined;
  const hasFacts = secretFacts !== undefined && Object.keys(secretFacts).length > 0;
  return section(
    targets.length === 1 ? "Target" : "Targets",
    element("p", { class: "quiet small" }, "Ground truth: the agent does not see this."),
    ...targets.map(targetView),
    answer !== undefined && preformatted(answer, "card"),
    hasFacts && fold(["Facts that give the answer away"], () => [facts(secretFacts)]),
  );
}

function targetView(target: PageTarget): HTMLElement {
  return element(
    "div",
    { class: "target" },
    element("p", { class: "code" }, `${target.path}:${target.line}`),
    element("p", { class: "code" }, element("strong", {}, target.name)),
    target.docstring !== undefined && element("p", { class: "quiet small" }, "Original docstring"),
    target.docstring !== undefined && foldedText(target.docstring, "card"),
  );
}

function repositoryLine(instance: PageInstance): HTMLElement {
  return element(
    "p",
    { class: "small" },
    repositoryName(instance.repository),
    " at ",
    shortHash(instance.repository.commit),
  );
}

export function instanceDetail(
  id: string,
  instance: PageInstance,
  attempts: readonly PageAttemptRow[],
  back: string,
): HTMLElement {
  return element(
    "main",
    { class: "detail" },
    element("nav", { class: "crumbs" }, element("a", { href: back, title: "Key: Escape" }, "← Overview")),
    element("h1", { class: "code" }, id),
    repositoryLine(instance),
    element(
      "div",
      { class: "beside" },
      element(
        "div",
        { class: "first-column" },
        section("Instruction", preformatted(instance.instruction, "prose card")),
        attempts.length > 0 &&
          section(
            "Attempts",
            element(
              "ul",
              { class: "entries" },
              ...attempts.map((row) =>
                element(
                  "li",
                  {},
                  outcomeBadge(row.outcome),
                  " ",
                  element("a", { class: "code", href: hashLink({ attempt: row.id }) }, row.id),
                  element("span", { class: "quiet small" }, whyOf(row).join(", ")),
                ),
              ),
            ),
          ),
      ),
      element(
        "div",
        { class: "side-column" },
        targetsView(instance),
        section("Variant", facts(instance.variant)),
        section("Facts", facts(instance.facts)),
      ),
    ),
  );
}
