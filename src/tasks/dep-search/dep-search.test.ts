import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ResolverError } from "../../base/errors.ts";
import { canonicalJson } from "../../base/json.ts";
import { createRandom } from "../../base/random.ts";
import { openProjectResolvers, type ProjectResolvers } from "../../datasets/project-resolvers.ts";
import type { Project } from "../../project.ts";
import type { Resolver } from "../../resolver.ts";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import type { Proposal } from "../../task.ts";
import { temporaryFolder } from "../../testing/command-line.ts";
import { describeTaskConformance, draftsOf } from "../conformance.ts";
import { memoryProject } from "../fixture.ts";
import { createBalance } from "./balance.ts";
import { answerSchema } from "./answer.ts";
import { FIXTURE_FILES, FIXTURE_OPTIONS } from "./fixture.ts";
import { depSearch } from "./index.ts";

const syntaxes = await loadSyntaxes();
const family = depSearch(syntaxes);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const opened: ProjectResolvers[] = [];
const known = new WeakMap<Project, ProjectResolvers>();
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => {
  for (const resolvers of opened) await resolvers[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** One resolver process per project, as in a build. */
function resolverOf(project: Project) {
  let resolvers = known.get(project);
  if (resolvers === undefined) {
    resolvers = openProjectResolvers(project, folder.file("cache"));
    known.set(project, resolvers);
    opened.push(resolvers);
  }
  const { of } = resolvers;
  return (language: string) => of(language);
}

describeTaskConformance(family, {
  project: () => memoryProject(FIXTURE_FILES, syntaxes),
  options: FIXTURE_OPTIONS,
  atLeast: 4,
  resolver: resolverOf,
  // The instruction names the function that is asked about, and with it a file.
  named: (draft) => [draft.place.path],
});

async function proposals(options = {}): Promise<Proposal[]> {
  const project = await memoryProject(FIXTURE_FILES, syntaxes);
  const parsed = family.parseOptions({ ...FIXTURE_OPTIONS, ...options });
  return Array.fromAsync(
    family.propose({ project, options: parsed, random: createRandom(1), resolver: resolverOf(project) }),
  );
}

describe("proposals", () => {
  let all: Proposal[];
  beforeAll(async () => {
    all = await proposals();
  });
  const dependenciesOf = (name: string) => {
    const draft = draftsOf(all).find((one) => one.place.name === name);
    return (
      draft &&
      answerSchema.parse(draft.answer).dependencies.map((one) => `${one.path}: ${one.qualified_name}`)
    );
  };

  it("follow imports, aliases, re-exports and inheritance to the one definition that is called", () => {
    expect(dependenciesOf("sell_crate")).toEqual([
      "orchard/ledger.py: book_sale",
      "orchard/ledger.py: round_price",
    ]);
    expect(dependenciesOf("YearLedger.add_row_twice")).toEqual([
      "orchard/ledger.py: Ledger.add_row",
      "orchard/ledger.py: Ledger.total_rows",
    ]);
  });

  it("count instantiated and raised classes and decorators", () => {
    expect(dependenciesOf("book_sale")).toEqual([
      "orchard/ledger.py: LedgerError",
      "orchard/ledger.py: Ledger",
      "orchard/ledger.py: Ledger.add_row",
    ]);
    expect(dependenciesOf("close_year")).toEqual([
      "orchard/ledger.py: audited",
      "orchard/ledger.py: YearLedger",
      "orchard/ledger.py: YearLedger.add_row_twice",
    ]);
  });

  it("reject what is not certain, each for its own reason, with the features of the candidate", () => {
    const rejected = new Map(all.flatMap((one) => (one.kind === "rejected" ? [[one.place.name, one]] : [])));
    const reasons = Object.fromEntries([...rejected].map(([name, { reason }]) => [name, reason]));
    expect(reasons).toMatchObject({
      total_of_books: "unresolved-call",
      sell_all: "nested-calls",
      round_price: "calls-nothing-here",
      test_sell_crate: "role-test",
    });
    expect(rejected.get("total_of_books")).toMatchObject({
      detail: expect.stringContaining("total_rows"),
      facts: { statements: 4, depth: 2, dynamism: 0 },
    });
  });

  it("do not depend on what was asked before", async () => {
    expect(canonicalJson(draftsOf(await proposals()))).toBe(canonicalJson(draftsOf(all)));
    const one = await proposals({ max_dependencies: 1, balance: false });
    for (const draft of draftsOf(one)) {
      const same = draftsOf(all).find((other) => other.place.name === draft.place.name);
      expect(draft.answer).toEqual(same?.answer);
    }
  });
});

it("stops when the engine crashes on everything, instead of making an empty dataset", async () => {
  const project = await memoryProject(FIXTURE_FILES, syntaxes);
  const broken: Resolver = {
    engine: "broken",
    async resolve() {
      throw new ResolverError({ code: "resolver-crashed", message: "exit code 1" });
    },
    async [Symbol.asyncDispose]() {},
  };
  const options = family.parseOptions(FIXTURE_OPTIONS);
  const context = { project, options, random: createRandom(1), resolver: async () => broken };
  await expect(Array.fromAsync(family.propose(context))).rejects.toMatchObject({ code: "resolver-crashed" });
});

describe("the balance of kinds", () => {
  it("lets those wait that are ahead, and gives the rest at the end", () => {
    const balance = createBalance<string>([1, 2]);
    expect(balance.add(1, "a")).toEqual(["a"]);
    expect(balance.wanted()).toBe(2);
    expect(balance.add(1, "b")).toEqual([]);
    expect(balance.add(1, "c")).toEqual([]);
    expect(balance.add(2, "x")).toEqual(["x", "b"]);
    expect(balance.rest()).toEqual(["c"]);
  });
});
