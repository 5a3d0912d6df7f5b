import { expect, it } from "vitest";
import { PythonProject } from "./project.ts";
import { makeFolder } from "./testing/repository.ts";

/** Attributes whose types refer to each other in a circle: what the engine makes of them depends on which it sees first. */
const CIRCLE = `
class A:
    def run(self): return self

class C:
    def __init__(self): self.x = self.make()
    def make(self): return D(self).y
    def go(self): self.x.run()

class D:
    def __init__(self, c=None): self.y = C().x or A(); self.z = c.x
    def go(self): self.y.run(); self.z.run()

def use_c(): C().x.run()
`;

it("answers the same whatever was asked before", () => {
  const folder = makeFolder({ "m.py": CIRCLE });
  const names = ["use_c", "D.go"];
  const answers = (asked: readonly string[]) => {
    const project = new PythonProject(folder);
    return asked.map(
      (qualifiedName) =>
        [qualifiedName, project.resolve({ path: "m.py", qualifiedName, ordinal: 0 })] as const,
    );
  };
  const alone = new Map(names.flatMap((name) => answers([name])));
  expect(new Map(answers(names))).toEqual(alone);
  expect(new Map(answers(names.toReversed()))).toEqual(alone);
});
