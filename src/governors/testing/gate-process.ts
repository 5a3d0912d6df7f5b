/** A process with a shared gate, driven by lines: `admit ID RUN`, `settle ID`, `role`, `health`, `adjust N`; each is answered by one line. */
import { createInterface } from "node:readline";
import { systemTimer } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import { silentLog } from "../../base/log.ts";
import { SharedGate } from "../shared.ts";

const [folder = "", tokens] = process.argv.slice(2);
const caps = tokens === undefined ? {} : { tokens: Number(tokens) };
const places = { meeting: `${folder}/m`, spend: `${folder}/spend` };
const gate = new SharedGate(places, systemTimer, silentLog);
const ENDPOINT = "http://service/v1";

async function perform(line: string): Promise<unknown> {
  const [word, id = "", run = ""] = line.split(" ");
  switch (word) {
    case "admit": {
      const reserved = { dollars: 0, tokens: 10 };
      return gate.admit({ id, endpoint: ENDPOINT, run, reserved, caps });
    }
    case "settle":
      return gate.settle(id, { kind: "answered", spent: { dollars: 0, tokens: 3 } });
    case "adjust":
      return gate.adjust(ENDPOINT, { concurrency: Number(id) });
    case "health":
      return gate.health();
    default:
      return gate.role();
  }
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    perform(line).then(
      (result) => process.stdout.write(`${JSON.stringify({ line, result })}\n`),
      (error: unknown) => process.stdout.write(`${JSON.stringify({ line, error: messageOf(error) })}\n`),
    );
  })
  .on("close", () => void gate[Symbol.asyncDispose]().then(() => process.exit(0)));
