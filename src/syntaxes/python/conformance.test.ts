import { expect, test } from "vitest";
import { conformanceChecks } from "../conformance.ts";
import { loadSyntaxes, syntaxFor } from "../index.ts";
import { outlineFile } from "../outline-file.ts";
import { python } from "./index.ts";

const source = `import os


@register
class Client:
    """Talks to the server."""

    def send(self, message):
        """Sends a message.

        Returns the answer.
        """
        return self.socket.send(message)

    def close(self): 'Closes.'


def connect(): return Client()
`;

const samples = {
  path: "src/client.py",
  otherPath: "src/client.ts",
  source,
  definitions: [
    { qualifiedName: "Client", docstring: "Talks to the server." },
    { qualifiedName: "Client.send", docstring: "Sends a message.\n\nReturns the answer." },
    { qualifiedName: "Client.close", docstring: "Closes." },
    { qualifiedName: "connect" },
  ],
  commented: source.replace("def connect", "# opens\ndef connect"),
  comment: "# opens",
  otherCode: source.replace("return Client()", "return Client"),
  invalid: source.replace("class Client:", "class Client"),
};

const checks = conformanceChecks(python, samples);

test.each(checks.map(({ name, run }) => [name, run] as const))("%s", (_, run) => {
  expect(run).not.toThrow();
});

test("the syntax of a path", async () => {
  const syntaxes = await loadSyntaxes();
  expect(await loadSyntaxes()).toBe(syntaxes);
  expect(syntaxes.for("a/b.pyi")).toBe(python);
  expect(syntaxFor("a/b.md")).toBeUndefined();
});

test("the outline of a file crosses threads", () => {
  const result = outlineFile("a.py", Buffer.from(source));
  expect(structuredClone(result)).toEqual(result);
  expect(result).toMatchObject({ language: "python", outline: { broken: false } });
});

test.each([
  ["a.md", "x", "no-syntax"],
  ["a.py", "x = 1\n".repeat(100), "too-large"],
  ["a.py", "# coding: nothing\n", "unknown-encoding"],
])("why %s has no outline", (path, content, reason) => {
  expect(outlineFile(path, Buffer.from(content), 100)).toMatchObject({ reason });
});
