import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ResolverError } from "../base/errors.ts";
import type { CallTarget, DefinitionKey, Resolution, Resolver, ResolverProvider } from "../resolver.ts";

/** A small project in the resolver's language. */
export interface ResolverSample {
  /** Absolute path of its folder. */
  readonly folder: string;
  /** Definitions and what each of their sites leads to, in source order: `path::name`, `outside`, `several` or `unresolved`. */
  readonly expected: readonly { readonly definition: DefinitionKey; readonly targets: readonly string[] }[];
}

/** What every resolver must do, through its provider, in a real process. Not part of the package. */
export function describeResolverConformance(
  provider: ResolverProvider,
  makeSample: () => ResolverSample,
): void {
  describe(`the resolver of ${provider.language}`, () => {
    let sample: ResolverSample;
    let resolver: Resolver;
    beforeAll(async () => {
      sample = makeSample();
      resolver = await provider.open({ folder: sample.folder });
    });
    afterAll(() => resolver[Symbol.asyncDispose]());

    it("names its engine with a version", () => {
      expect(provider.engine).toMatch(/^\S+ \d+\./);
      expect(resolver.engine).toBe(provider.engine);
    });

    it("finds where calls lead", async () => {
      for (const { definition, targets } of sample.expected) {
        expect((await resolver.resolve(definition)).sites.map(({ target }) => shortly(target))).toEqual(
          targets,
        );
      }
    });

    it("gives sites in source order, with what is written there", async () => {
      for (const { definition } of sample.expected) {
        const { sites } = await resolver.resolve(definition);
        expect(sites.map(({ line }) => line)).toEqual(sites.map(({ line }) => line).sort((a, b) => a - b));
        for (const { text, line } of sites) {
          expect(text).not.toBe("");
          expect(text.length).toBeLessThanOrEqual(120);
          expect(line).toBeGreaterThan(0);
        }
      }
    });

    it("gives the same answer whatever was asked before", async () => {
      const definitions = sample.expected.map(({ definition }) => definition);
      const forwards = await answers(resolver, definitions);
      await using other = await provider.open({ folder: sample.folder });
      const backwards = await answers(other, definitions.toReversed());
      expect(backwards.toReversed()).toEqual(forwards);
    });

    it("refuses a definition that is not there, and goes on", async () => {
      const [first] = sample.expected;
      if (first === undefined) throw new Error("the sample is empty");
      const missing = { ...first.definition, qualifiedName: "surely.not.there" };
      expect(await codeOf(resolver.resolve(missing))).toBe("definition-not-found");
      expect(await codeOf(resolver.resolve({ ...first.definition, path: "no/such/file" }))).toBe(
        "definition-not-found",
      );
      expect((await resolver.resolve(first.definition)).sites.length).toBe(first.targets.length);
    });

    it("says so when a cap is reached", async () => {
      const [first] = sample.expected;
      if (first === undefined) throw new Error("the sample is empty");
      await using small = await provider.open({ folder: sample.folder, memoryBytes: 32 * 1024 ** 2 });
      expect(await codeOf(small.resolve(first.definition))).toBe("resolver-out-of-memory");
      expect(await codeOf(small.resolve(first.definition))).toBe("resolver-out-of-memory");
      await using hasty = await provider.open({ folder: sample.folder, timeoutMs: 1 });
      expect(await codeOf(hasty.resolve(first.definition))).toBe("resolver-timed-out");
    });
  });
}

/** `path::name` of the one definition, or the kind. */
export function shortly(target: CallTarget): string {
  if (target.kind !== "definition") return target.kind;
  const { path, qualifiedName, ordinal } = target.definition;
  return `${path}::${qualifiedName}${ordinal === 0 ? "" : `#${ordinal}`}`;
}

async function answers(resolver: Resolver, definitions: readonly DefinitionKey[]): Promise<Resolution[]> {
  const all: Resolution[] = [];
  for (const definition of definitions) all.push(await resolver.resolve(definition));
  return all;
}

async function codeOf(resolution: Promise<Resolution>): Promise<string> {
  return resolution.then(
    () => "resolved",
    (error: unknown) => (error instanceof ResolverError ? error.code : String(error)),
  );
}
