import { SingleBar } from "cli-progress";
import { DESIGN_TITLES, type Design } from "./designs.js";
import { verdictLine } from "./report/terminal.js";
import type { Case } from "./scenarios/case.js";
import type { RunResult } from "./simulator/result.js";

/** Shows how far the lab is: a bar on a terminal, plain lines elsewhere. */
export type Progress = {
  readonly start: (input: Case, design: Design, position: number, total: number) => void;
  readonly step: (input: Case, design: Design, done: number) => void;
  readonly finish: (run: RunResult) => void;
  readonly stop: () => void;
};

/** A step on the EVM takes this many times as long as a step of a model. */
const EVM_WEIGHT = 40;

const weightOf = (input: Case, design: Design) => input.tape.ticks.length * (design === "breakwater" ? EVM_WEIGHT : 1);

function bar(cases: readonly Case[], designs: readonly Design[], stream: NodeJS.WriteStream): Progress {
  const total = cases.reduce((sum, input) => sum + designs.reduce((part, one) => part + weightOf(input, one), 0), 0);
  const single = new SingleBar({
    stream,
    format: "{bar} {percentage}%  {what}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 32,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
  });
  single.start(total, 0, { what: "preparing" });
  // Runs may go on side by side: each has its own count.
  const done = new Map<string, number>();
  const show = () => single.update([...done.values()].reduce((sum, part) => sum + part, 0));
  return {
    start: (input, design, position, count) =>
      single.update({ what: `${position}/${count}  ${input.title} · ${DESIGN_TITLES[design]}` }),
    step: (input, design, steps) => {
      done.set(`${input.name} ${design}`, (steps * weightOf(input, design)) / input.tape.ticks.length);
      show();
    },
    finish: () => show(),
    stop: () => single.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): Progress {
  let head = "";
  return {
    start: (input, design, position, total) => {
      head = `[${String(position).padStart(String(total).length)}/${total}] ${input.name} · ${DESIGN_TITLES[design]}`;
      if (design === "breakwater") stream.write(`${head}: running\n`);
    },
    step: () => undefined,
    finish: (run) => stream.write(`${head}: ${verdictLine(run)}\n`),
    stop: () => undefined,
  };
}

/** Opens the progress display that suits the stream. */
export function openProgress(cases: readonly Case[], designs: readonly Design[], stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? bar(cases, designs, stream) : lines(stream);
}
