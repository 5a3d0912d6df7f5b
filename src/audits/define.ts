import type { AuditCheck, Severity } from "../audit.ts";

export function check(
  severity: Severity,
  name: string,
  meaning: string,
  find: AuditCheck["find"],
): AuditCheck {
  return { severity, name, meaning, find };
}

/** Some of a text around a place in it. */
export function around(text: string, index: number, length = 60): string {
  const from = Math.max(0, index - 20);
  return text
    .slice(from, from + length)
    .replaceAll(/\s+/g, " ")
    .trim();
}
