import { dialects } from "../dialects/index.ts";
import type { DialectName } from "../exchange.ts";
import type { ExchangeFailure } from "./failure.ts";

/** An error as the client's own service would put it, so that its SDK can say it. */
export function refusalBody(dialect: DialectName | undefined, { code, message }: ExchangeFailure): string {
  return JSON.stringify(dialects[dialect ?? "chat"].writeError(code, `${code}: ${message}`));
}
