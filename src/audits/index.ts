import type { AuditCheck } from "../audit.ts";
import { artefactChecks } from "./artefacts.ts";
import { behaviourChecks } from "./behaviour.ts";
import { callChecks } from "./calls.ts";
import { originChecks } from "./origin.ts";
import { tokenChecks } from "./tokens.ts";

/** All checks of single samples, in the order in which they are printed. */
export const AUDIT_CHECKS: readonly AuditCheck[] = [
  ...originChecks,
  ...callChecks,
  ...artefactChecks,
  ...behaviourChecks,
  ...tokenChecks,
];
