import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { AskedFor } from "../../../src/dialect.ts";
import { dialects } from "../../../src/dialects/index.ts";
import { prepareEnvironment } from "../environment.ts";

/** A real service with a real, small model. */
export interface RealService extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without `/v1`. */
  readonly url: string;
  /** The chat template that it uses. */
  readonly template: string;
  /** A request as the text that the model reads. */
  applyTemplate(asked: AskedFor): Promise<string>;
  /** How many tokens it makes of a text, markers of the template among them. */
  countTokens(text: string): Promise<number>;
}

/** @param contextTokens of each conversation. */
export async function startRealService(contextTokens: number): Promise<RealService> {
  const here = import.meta.dirname;
  const python = await prepareEnvironment("llama", { requirements: path.join(here, "requirements.txt") });
  const child = spawn(python, [path.join(here, "server.py"), String(contextTokens), "2"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const [url] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    once(child, "exit").then(() => {
      throw new Error("the server of the small model did not start");
    }),
  ]);
  const base = z.url().parse(url);
  const ask = async <T>(place: string, schema: z.ZodType<T>, body?: object): Promise<T> => {
    const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    return schema.parse(await (await fetch(`${base}${place}`, request)).json());
  };
  const { chat_template: template } = await ask("/props", z.looseObject({ chat_template: z.string() }));
  return {
    url: base,
    template,
    async applyTemplate({ messages, tools, model, more }) {
      const body = dialects.chat.writeRequest({ messages, tools }, { model, stream: false, cache: false });
      return (await ask("/apply-template", z.looseObject({ prompt: z.string() }), { ...more, ...body }))
        .prompt;
    },
    async countTokens(content) {
      const asked = { content, add_special: true, parse_special: true };
      return (await ask("/tokenize", z.object({ tokens: z.array(z.int()) }), asked)).tokens.length;
    },
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
