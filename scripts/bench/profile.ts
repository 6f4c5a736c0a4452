import { z } from "zod";

const step = z.object({
  op: z.string(),
  gas: z.coerce.number(),
  gasCost: z.coerce.number(),
  depth: z.number(),
  stack: z.array(z.string()),
});

/** What `debug_traceTransaction` answers. */
export const trace = z.object({ gas: z.coerce.number(), structLogs: z.array(step) });
export type Trace = z.infer<typeof trace>;

/** One call within a transaction; gas figures exclude those of its children unless they say so. */
export type Frame = {
  readonly address: string;
  /** First four bytes of the calldata, `0x` when there is no dispatch. */
  selector: string;
  readonly children: Frame[];
  /** With all children. */
  totalGas: number;
  readGas: number;
  writeGas: number;
  logGas: number;
  /** Accounts touched for the first time, and what calls cost by themselves. */
  callGas: number;
  /** Slots read for the first time. */
  coldReads: number;
  writes: number;
};

const COLD_READ_GAS = 2_100;
const CALLS = new Set(["CALL", "STATICCALL", "DELEGATECALL", "CALLCODE"]);

const frameAt = (address: string): Frame => ({
  address,
  selector: "0x",
  children: [],
  totalGas: 0,
  readGas: 0,
  writeGas: 0,
  logGas: 0,
  callGas: 0,
  coldReads: 0,
  writes: 0,
});

const word = (text: string | undefined) => (text ?? "0").replace(/^0x/, "").padStart(64, "0");

/**
 * Folds a trace into the tree of its calls.
 *
 * @param to - Whom the transaction called.
 */
export function foldTrace({ structLogs }: Trace, to: string): Frame {
  const root = frameAt(to.toLowerCase());
  const open: { readonly frame: Frame; readonly start: number; shifted: boolean }[] = [];
  let pending: string | undefined = root.address;
  for (const [index, log] of structLogs.entries()) {
    while (open.length > log.depth) {
      const closed = open.pop();
      if (closed !== undefined) closed.frame.totalGas = closed.start - (structLogs[index - 1]?.gas ?? 0);
    }
    if (open.length < log.depth && pending !== undefined) {
      const frame = open.length === 0 ? root : frameAt(pending);
      open.at(-1)?.frame.children.push(frame);
      open.push({ frame, start: log.gas, shifted: false });
      pending = undefined;
    }
    const top = open.at(-1);
    if (top === undefined) continue;
    count(top.frame, log, structLogs[index + 1]);
    if (log.op === "SHR" && !top.shifted) {
      top.shifted = true;
      top.frame.selector = `0x${word(structLogs[index + 1]?.stack.at(-1)).slice(-8)}`;
    }
    if (CALLS.has(log.op)) pending = `0x${word(log.stack.at(-2)).slice(-40)}`;
  }
  const last = structLogs.at(-1);
  for (const { frame, start } of open) frame.totalGas = start - (last === undefined ? start : last.gas - last.gasCost);
  return root;
}

function count(frame: Frame, log: Trace["structLogs"][number], next: Trace["structLogs"][number] | undefined): void {
  if (log.op === "SLOAD") {
    frame.readGas += log.gasCost;
    if (log.gasCost >= COLD_READ_GAS) frame.coldReads += 1;
  } else if (log.op === "SSTORE") {
    frame.writeGas += log.gasCost;
    frame.writes += 1;
  } else if (log.op.startsWith("LOG")) {
    frame.logGas += log.gasCost;
  } else if (CALLS.has(log.op)) {
    // What is passed on to the callee is the callee's; a precompile is entered by no step.
    const entered = next !== undefined && next.depth > log.depth;
    const after = next === undefined ? log.gas - log.gasCost : next.gas;
    frame.callGas += entered ? Math.max(0, log.gasCost - after) : log.gas - after;
  }
}

/** Names of an address and of a selector, as far as they are known. */
export type Names = {
  readonly address: (address: string) => string | undefined;
  readonly selector: (selector: string) => string | undefined;
};

const thousands = (gas: number) => gas.toString().replace(/\B(?=(\d{3})+$)/g, ",");

/** The tree as text: one call a line, what it cost with and without what it called. */
export function profileTable(root: Frame, names: Names): string {
  const rows = [["call", "with calls", "alone", "reads", "cold", "writes", "", "calls", "logs", "compute"]];
  const visit = (frame: Frame, depth: number): void => {
    const alone = frame.totalGas - frame.children.reduce((sum, child) => sum + child.totalGas, 0);
    const compute = alone - frame.readGas - frame.writeGas - frame.callGas - frame.logGas;
    const name = `${names.address(frame.address) ?? frame.address}.${names.selector(frame.selector) ?? frame.selector}`;
    const figures = [frame.totalGas, alone, frame.readGas, frame.coldReads, frame.writeGas, frame.writes];
    const rest = [frame.callGas, frame.logGas, compute];
    rows.push([`${"  ".repeat(depth)}${name}`, ...[...figures, ...rest].map(thousands)]);
    for (const child of frame.children) visit(child, depth + 1);
  };
  visit(root, 0);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
    )
    .join("\n");
}
