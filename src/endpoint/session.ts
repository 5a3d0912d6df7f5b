import { EXCHANGE_FORMAT, type Exchange, type NewExchange } from "../exchange.ts";
import { openExchangeLog, type ExchangeLog } from "../exchanges/store.ts";
import { redactExchange } from "../exchanges/redact.ts";
import { messageOf } from "../base/errors.ts";
import { ExchangeFailure } from "./failure.ts";
import type { Listener } from "./listen.ts";
import type { Admitted, EndpointOptions, ExchangePlace, Session, SessionOptions } from "./options.ts";
import { isForAgents } from "./route.ts";
import type { Transfer } from "./transfer.ts";

export interface SessionState extends Session {
  /** One exchange, from here to its place on disk. */
  keep(transfer: Transfer, work: () => Promise<void>): Promise<void>;
  /** Why a request is turned away, if it is: asked when all that its client can know of is on disk. */
  refusal(transfer: Transfer): Promise<ExchangeFailure | undefined>;
}

interface SessionParts {
  readonly id: string;
  readonly place: ExchangePlace;
  readonly secrets: readonly string[];
  readonly options: Pick<EndpointOptions, "onExchange" | "onTrouble">;
  /** Of its own. */
  readonly listener?: Listener | undefined;
  readonly socket?: string | undefined;
  readonly admit?: SessionOptions["admit"] | undefined;
  /** Nothing comes to it any more. */
  readonly forget: () => void;
}

/** Keeps the exchanges of one session, in the order in which they end. */
export async function openSessionState(parts: SessionParts): Promise<SessionState> {
  const { id, place, secrets, options } = parts;
  const log = await openLog(place, (message) => options.onTrouble?.({ code: "exchanges-torn", message }));
  const underWay = new Map<Transfer, Promise<void>>();
  const beingWritten = new Set<Promise<void>>();
  let exchanges = 0;
  let failed: { readonly error: unknown } | undefined;
  const admitted = new Map<Transfer, Admitted>();
  let closing: Promise<void> | undefined;

  const record = async (exchange: NewExchange): Promise<Exchange | undefined> => {
    try {
      const number = await log.append(exchange);
      exchanges++;
      const kept: Exchange = { schema_version: EXCHANGE_FORMAT, number, ...exchange };
      options.onExchange?.(id, kept);
      return kept;
    } catch (error) {
      failed ??= { error };
      options.onTrouble?.({ code: "not-recorded", message: `session ${id}: ${messageOf(error)}` });
      return undefined;
    }
  };
  const keepAndTell = async (transfer: Transfer) => {
    let kept: Exchange | undefined;
    try {
      kept = await record(redactExchange(transfer.toExchange(), secrets));
    } finally {
      admitted.get(transfer)?.over(kept);
    }
  };
  /** What cannot be kept is not passed on: the record would have holes that nobody sees. */
  const refuse = async (transfer: Transfer) => {
    transfer.fail(
      new ExchangeFailure("not-recorded", 503, `the exchanges of ${id} cannot be written any more`),
    );
  };
  const flush = async () => {
    await Promise.all(underWay.values());
    if (failed !== undefined) throw failed.error;
  };
  const close = async () => {
    parts.forget();
    for (const transfer of underWay.keys())
      transfer.fail(new ExchangeFailure("session-closed", 503, `the session ${id} was closed`));
    await Promise.all(underWay.values());
    await parts.listener?.close();
    if ("close" in log) await log.close();
    if (failed !== undefined) throw failed.error;
  };
  return {
    id,
    ...(parts.socket === undefined ? {} : { socket: parts.socket }),
    get exchanges() {
      return exchanges;
    },
    keep(transfer, work) {
      const done = (failed === undefined ? work() : refuse(transfer))
        .then(() => {
          const recorded = keepAndTell(transfer);
          beingWritten.add(recorded);
          return recorded.finally(() => beingWritten.delete(recorded));
        })
        .finally(() => {
          transfer.release();
          admitted.delete(transfer);
          underWay.delete(transfer);
        });
      underWay.set(transfer, done);
      return done;
    },
    async refusal(transfer) {
      const { request, route, signal } = transfer;
      if (parts.admit === undefined) return undefined;
      if (!isForAgents(request, route))
        return new ExchangeFailure("not-served", 404, `nothing is served at ${request.method} ${route.path}`);
      if (route.dialect === undefined) return undefined;
      await Promise.all(beingWritten);
      const bytes = Number(request.headers["content-length"]);
      const admission = await parts.admit({ signal, ...(Number.isNaN(bytes) ? {} : { bytes }) });
      if (admission === undefined || admission instanceof ExchangeFailure) return admission;
      admitted.set(transfer, admission);
      return undefined;
    },
    flush,
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  };
}

type Log = Pick<ExchangeLog, "append"> | (Pick<ExchangeLog, "append"> & { close(): Promise<void> });

async function openLog(place: ExchangePlace, onTorn: (message: string) => void): Promise<Log> {
  if (typeof place !== "string") return place;
  const log = await openExchangeLog(place);
  if (log.cutBytes > 0)
    onTorn(`${place}: a killed writer left ${log.cutBytes} bytes of an exchange, which are cut off`);
  return { append: (exchange) => log.append(exchange), close: async () => log[Symbol.asyncDispose]() };
}
