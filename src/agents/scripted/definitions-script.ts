import type { Term } from "./words.ts";

/**
 * A shell command that lists the definitions without a docstring, best match first: one per line,
 * `score path:line kind facts | words | signature`. Plain awk, since a sandbox need not have anything else.
 * A word found in the signature counts more than one in the body, and a rare word more than a common one.
 */
export function listUndocumented(terms: readonly Term[], limit: number): string {
  const patterns = terms.map(({ stem }) => stem.replaceAll(" ", "+")).join(" ");
  return [
    `undocumented=$(cat <<'AWK'\n${AWK}\nAWK\n)`,
    `find . -name '*.py' -not -path './.git/*' -not -path '*/test*/*' -not -name 'test_*' -print0 | sort -z |`,
    `  xargs -0 awk -v terms='${patterns}' -v sq="'" "$undocumented" | sort -k1,1nr -k2,2 | head -n ${limit}`,
  ].join("\n");
}

const AWK = `function has(text, i) {
  if (second[i] == "") return short[i] ? text ~ ("(^|[^a-z])" first[i]) : index(text, first[i])
  return index(text, first[i] "_" second[i]) || index(text, first[i] " " second[i]) || index(text, first[i] second[i]) || index(text, first[i] "-" second[i])
}
function close_to(level) { while (depth > 0 && indent[depth] >= level) { lines[open[depth]] = FNR - from[open[depth]]; depth-- } }
function mark(d, text, strong,   i) {
  for (i = 1; i <= n; i++) if (seen[d, i] < 2 && (!seen[d, i] || strong) && has(text, i)) {
    if (!seen[d, i]) common[i]++
    seen[d, i] = strong ? 2 : 1
  }
}
function skip_strings(text,   a, b) {
  while (1) {
    if (quote != "") {
      a = index(text, quote); if (!a) return
      text = substr(text, a + 3); quote = ""
    }
    a = index(text, dq3); b = index(text, sq3)
    if (!a && !b) return
    if (a && (!b || a < b)) { quote = dq3; text = substr(text, a + 3) } else { quote = sq3; text = substr(text, b + 3) }
  }
}
BEGIN {
  n = split(terms, term, " "); dq3 = "\\"\\"\\""; sq3 = sq sq sq
  for (i = 1; i <= n; i++) { split(term[i], pair, "+"); first[i] = pair[1]; second[i] = pair[2]; short[i] = length(pair[1]) < 5 }
}
FNR == 1 { while (depth > 0) { lines[open[depth]] = last - from[open[depth]]; depth-- } quote = ""; header = 0; wait = 0; decorators = "" }
{
  text = $0; sub(/\\r$/, "", text); low = tolower(text); inside = quote != ""
  blank = text ~ /^[ \\t]*(#.*)?$/
  if (!inside && !header && !blank && text !~ /^[ \\t]*[])}]/) {
    match(text, /^[ \\t]*/); level = RLENGTH; close_to(level)
    if (text ~ /^[ \\t]*@/) decorators = decorators " " text
    else if (text ~ /^[ \\t]*(async[ \\t]+)?def[ \\t]/ || text ~ /^[ \\t]*class[ \\t]/) {
      total++; outer = depth ? open[depth] : 0; depth++; indent[depth] = level; open[depth] = total
      from[total] = FNR; path[total] = FILENAME; header = total; balance = 0; signature[total] = ""
      kind[total] = text ~ /^[ \\t]*class/ ? "class" : (outer && kind[outer] == "class" ? "method" : "function")
      async[total] = text ~ /^[ \\t]*async/; property[total] = decorators ~ /property|[.]getter/; static[total] = decorators ~ /staticmethod/
      around[total] = outer; decorators = ""
      if (outer && kind[total] == "method" && text !~ /def[ \\t]+__/) methods[outer]++
    } else decorators = ""
  }
  if (header) {
    code = text; sub(/[ \\t]#.*$/, "", code); balance += gsub(/[[({]/, "&", code) - gsub(/[])}]/, "&", code)
    sub(/^[ \\t]+/, "", code); signature[header] = signature[header] code " "
    if (balance <= 0 && code ~ /:/) { if (code ~ /:[ \\t]*$/) wait = header; mark(header, tolower(signature[header]), 1); header = 0 }
  } else if (!blank) {
    if (wait && !inside) { if (text ~ ("^[ \\t]*[rRuU]?[\\"" sq "]")) documented[wait] = 1; wait = 0 }
    for (d = 1; d <= depth; d++) mark(open[d], low, 0)
    if (depth && !inside) {
      if (text ~ /^[ \\t]*return[ \\t(]/ && text !~ /return[ \\t]+None[ \\t]*$/) returns[open[depth]] = 1
      if (text ~ /(^|[^a-z_])yield([^a-z_]|$)/) yields[open[depth]] = 1
    }
  }
  if (!(text ~ /^[ \\t]*#/)) skip_strings(text)
  last = FNR
}
END {
  for (t = 1; t <= total; t++) {
    if (documented[t]) continue
    score = 0; words = ""
    for (i = 1; i <= n; i++) if (seen[t, i]) {
      score += log(1 + total / common[i]) * (seen[t, i] == 2 ? 2 : 1) * (second[i] == "" ? 1 : 1.5)
      words = words " " term[i] (seen[t, i] == 2 ? "*" : "")
    }
    if (words == "") continue
    score = score / (1 + log(1 + lines[t] / 20) / 2)
    facts = (async[t] ? "a" : "") (property[t] ? "p" : "") (static[t] ? "s" : "") (yields[t] ? "y" : "") (returns[t] ? "r" : "") "." methods[t] + 0
    printf "%.2f %s:%d %s %s |%s | %s\\n", score, path[t], from[t], kind[t], facts, words, substr(signature[t], 1, 300)
  }
}`;
