/** Gas by key of DESIGN's table. */
export type GasFigures = Readonly<Record<string, bigint>>;

/** What one key says against the committed snapshot. */
export type Verdict =
  | { readonly kind: "same" | "shrank" | "grew" | "grewTooMuch"; readonly before: bigint; readonly after: bigint }
  | { readonly kind: "new"; readonly after: bigint }
  | { readonly kind: "missing"; readonly before: bigint };

export type Comparison = {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Sentences on what fails, by key; empty = pass. */
  readonly failures: readonly string[];
};

/** Growth that passes without renewing the snapshot, percent. */
export const TOLERANCE_PERCENT = 3n;

function verdictOf(before: bigint | undefined, after: bigint | undefined): Verdict | undefined {
  if (after === undefined) return before === undefined ? undefined : { kind: "missing", before };
  if (before === undefined) return { kind: "new", after };
  if (after === before) return { kind: "same", before, after };
  if (after < before) return { kind: "shrank", before, after };
  const tooMuch = after * 100n > before * (100n + TOLERANCE_PERCENT);
  return { kind: tooMuch ? "grewTooMuch" : "grew", before, after };
}

function failureOf(key: string, verdict: Verdict): readonly string[] {
  switch (verdict.kind) {
    case "grewTooMuch":
      return [`${key} grew from ${verdict.before} to ${verdict.after}, more than ${TOLERANCE_PERCENT} %.`];
    case "missing":
      return [`${key} is in the snapshot but was not measured.`];
    case "new":
      return [`${key} was measured but is missing from the snapshot.`];
    case "same":
    case "shrank":
    case "grew":
      return [];
  }
}

/** Compares what was measured with the snapshot; both are plain figures, nothing is read or written. */
export function compareGas(snapshot: GasFigures, measured: GasFigures): Comparison {
  const keys = [...new Set([...Object.keys(snapshot), ...Object.keys(measured)])].sort();
  const verdicts = new Map<string, Verdict>();
  for (const key of keys) {
    const verdict = verdictOf(snapshot[key], measured[key]);
    if (verdict !== undefined) verdicts.set(key, verdict);
  }
  return { verdicts, failures: [...verdicts].flatMap(([key, verdict]) => failureOf(key, verdict)) };
}
