import { expect, test } from "vitest";
import { conformanceChecks } from "../conformance.ts";
import { syntaxFor } from "../index.ts";

const typescript = `import { connect as open } from "node:net";

/** Talks to the server. */
@register
export class Client<T extends Answer> {
  /**
   * Sends a message.
   *
   * Returns the answer.
   */
  async send(message: string): Promise<T> {
    return this.socket.write(message);
  }

  /** Closes. */ close(): void {}
}

export function connect(): Client<Answer> { return new Client(); }
`;

const javascript = `"use strict";
const net = require("node:net");

/** Talks to the server. */
class Client {
  /**
   * Sends a message.
   *
   * Returns the answer.
   */
  send(message) {
    return this.socket.write(message);
  }

  /** Closes. */ close() {}
}

exports.connect = function () { return new Client(); };
`;

const definitions = [
  { qualifiedName: "Client", docstring: "Talks to the server." },
  { qualifiedName: "Client.send", docstring: "Sends a message.\n\nReturns the answer." },
  { qualifiedName: "Client.close", docstring: "Closes." },
  { qualifiedName: "connect" },
];

const languages = ["a.ts", "a.tsx", "a.mts", "a.cts", "a.js", "a.jsx", "a.cjs"].map((path) => {
  const source = path.includes("t") ? typescript : javascript;
  const samples = {
    path: `src/${path}`,
    otherPath: path.includes("t") ? "src/a.js" : "src/a.ts",
    source,
    definitions,
    commented: source.replace(/\n(?=export function|exports)/, "\n// opens\n"),
    comment: "// opens",
    otherCode: source.replace("return new Client()", "return Client"),
    invalid: source.replace("new Client()", "new Client("),
  };
  return { path, samples };
});

const checks = languages.flatMap(({ path, samples }) => {
  const syntax = syntaxFor(path);
  if (syntax === undefined) throw new Error(`no syntax for ${path}`);
  return conformanceChecks(syntax, samples).map(({ name, run }) => [path, name, run] as const);
});

test.each(checks)("%s: %s", (_path, _name, run) => {
  expect(run).not.toThrow();
});

test("each extension has its language", () => {
  const languageOf = (path: string) => syntaxFor(path)?.language;
  for (const path of ["a.ts", "a.tsx", "a.mts", "a.cts", "a.d.ts", "a.d.mts", "dir.js/a.d.cts"]) {
    expect(languageOf(path), path).toBe("typescript");
  }
  for (const path of ["a.js", "a.jsx", "a.mjs", "a.cjs", "a.d.js", "a.min.js", "ts"]) {
    expect(languageOf(path), path).toBe(path === "ts" ? undefined : "javascript");
  }
});
