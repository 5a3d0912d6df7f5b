import type { ClaimCounts } from "../audits/claims.ts";
import type { Audit } from "../audits/result.ts";
import type { AuditedTokens } from "../audits/token-figures.ts";
import { markdownTable } from "./markdown-table.ts";
import { countRows, formatTable, share } from "./table.ts";

type Figure = [string, string | number];

export function renderAudit(audit: Audit): string {
  const rows = audit.checks.map(({ severity, check, samples, examples }) => [
    severity,
    check,
    share(samples, audit.read),
    examples[0]?.evidence.slice(0, 70) ?? "",
  ]);
  const found =
    rows.length === 0
      ? "nothing found"
      : formatTable([["", "found", "of what was read", "such as"], ...rows]);
  return `${formatTable(auditFigures(audit))}\n\n${found}`;
}

export function auditFigures({ read, with_errors, whole, tokens, claims }: Audit): Figure[] {
  return [
    ["read", read],
    ["  with errors", share(with_errors, read)],
    ["samples", whole.samples],
    ["instances", whole.instances],
    ["repositories", whole.repositories],
    ["  spread as of equal share", whole.effective_repositories?.toFixed(1) ?? "unknown"],
    ["kinds of first words", whole.templates],
    ["  samples with the commonest", share(whole.commonest_template, whole.samples)],
    [
      "text that the model wrote",
      whole.trained_share === null ? "none" : `${Math.round(whole.trained_share * 100)} %`,
    ],
    ...(tokens === undefined ? [] : tokenFigures(tokens)),
    ...(claims === undefined ? [] : claimFigures(claims, whole.samples)),
  ];
}

function tokenFigures(tokens: AuditedTokens): Figure[] {
  const { measured, context } = tokens;
  const notMeasured = Object.values(tokens.not_measured).reduce((sum, samples) => sum + samples, 0);
  return [
    ["samples measured in tokens", share(measured, measured + notMeasured)],
    ["tokens", tokens.tokens],
    ["  trained", share(tokens.trained, tokens.tokens)],
    [`  of these behind token ${context}`, share(tokens.trained - tokens.trained_in_context, tokens.trained)],
    [`samples over ${context} tokens`, share(tokens.over_long, measured)],
    ["samples that train nothing", share(tokens.nothing_trained, measured)],
    ["  once they are cut", share(tokens.nothing_trained_in_context, measured)],
  ];
}

function claimFigures(claims: ClaimCounts, samples: number): Figure[] {
  const { judged, unclaimed } = claims;
  return [
    ["samples judged again", share(judged, samples)],
    ["  as they say", share(claims.agreed, judged)],
    ["  said to be solved, and are not", share(claims.claimed_solved_but_not, judged)],
    ["  said not to be solved, and are", share(claims.claimed_unsolved_but_solved, judged)],
    ["  solved, and nobody says", share(unclaimed.solved, judged)],
    ["  not solved, and nobody says", share(unclaimed.unsolved, judged)],
    ...countRows(claims.not_judged).map(([why, some]): Figure => [
      `  not judged: ${why}`,
      share(some, samples),
    ]),
  ];
}

export function auditMarkdown(audit: Audit): string {
  const { checks, read } = audit;
  const summary = checks.map(({ severity, check, samples, meaning }) => [
    severity,
    check,
    share(samples, read),
    meaning,
  ]);
  const sections = checks.map(({ check, meaning, examples }) =>
    [
      `## ${check}`,
      `${meaning}.`,
      markdownTable(
        ["sample", "what was found", "repository"],
        examples.map(({ id, evidence, repository }) => [id, evidence, repository ?? ""]),
      ),
    ].join("\n\n"),
  );
  return [
    "# Audit",
    markdownTable(["", ""], auditFigures(audit)),
    markdownTable(["", "found", "of what was read", "meaning"], summary),
    ...sections,
  ].join("\n\n");
}
