const TAG = /([ \t]*)\{%([-+]?)\s*(end)?generation\s*([-+]?)%\}(\n?)/g;

/** Whether the template says itself what the model writes (Hugging Face's `{% generation %}`). */
export function hasGenerationBlocks(template: string): boolean {
  return /\{%[-+]?\s*generation\s*[-+]?%\}/.test(template);
}

/**
 * The template with an output of `open` and of `close` in the place of each `{% generation %}` and `{% endgeneration %}`. Blocks take the
 * whitespace before them in their line and the newline behind them with them (`lstrip_blocks`, `trim_blocks`), which outputs do not.
 */
export function markGenerations(template: string, open: string, close: string): string {
  return template.replace(
    TAG,
    (
      _all,
      before: string,
      left: string,
      end: string | undefined,
      right: string,
      newline: string,
      offset: number,
    ) => {
      const isFirst = offset === 0 || template[offset - 1] === "\n";
      const mark = `{{${left === "-" ? "-" : ""} ${end === undefined ? open : close} ${right === "-" ? "-" : ""}}}`;
      return `${isFirst && left !== "+" ? "" : before}${mark}${right === "+" ? newline : ""}`;
    },
  );
}
