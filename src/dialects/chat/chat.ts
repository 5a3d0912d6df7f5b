import type { Dialect } from "../../dialect.ts";
import { readRequest, writeRequest } from "./request.ts";
import { readResponse } from "./response.ts";
import { writeResponse } from "./write-response.ts";

/** Chat Completions, as OpenAI has them and vLLM, SGLang, llama.cpp, OpenRouter and others extend them. */
export const chat: Dialect = {
  name: "chat",
  path: "/chat/completions",
  writeRequest,
  readRequest,
  readResponse,
  writeResponse,
  writeError: (code, message) => ({ error: { message, type: code, param: null, code } }),
};
