import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from "@opentelemetry/api";
import { HybridGymError } from "./errors.ts";
import { VERSION } from "./version.ts";

/**
 * Spans by the OpenTelemetry API, which does nothing until a program registers an SDK (docs/tracing.md). Attributes are names, numbers and
 * codes: never what a model read or wrote, never a key, never an answer.
 */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return tracer().startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      markFailed(span, codeOf(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Where later spans belong. */
export type Parent = Context;

export function activeSpan(): Parent {
  return context.active();
}

/** A call to a service that is over already: below the span that is active now, or else below `home`. */
export function pastSpan(
  name: string,
  attributes: Attributes,
  time: { readonly from: Date; readonly to: Date },
  { failure, home }: { readonly failure?: string; readonly home?: Parent } = {},
): void {
  const parent = trace.getActiveSpan() === undefined ? (home ?? context.active()) : context.active();
  const options = { attributes, startTime: time.from, kind: SpanKind.CLIENT };
  const span = tracer().startSpan(name, options, parent);
  if (failure !== undefined) markFailed(span, failure);
  span.end(time.to);
}

/** By a code; messages may repeat what was sent. */
export function markFailed(span: Span, code: string): void {
  span.setAttribute("error.type", code);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function tracer() {
  return trace.getTracer("hybrid-gym", VERSION);
}

/** The stable code of an error of ours, or the name of any other. */
export function codeOf(error: unknown): string {
  if (error instanceof HybridGymError) return error.code;
  return error instanceof Error ? error.name : "unknown";
}
