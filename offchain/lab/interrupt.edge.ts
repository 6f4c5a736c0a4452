/** A signal that is raised by Ctrl-C, by a polite kill or when the time is over. A second Ctrl-C ends at once. */
export function stopSignal(maxSeconds?: number): { signal: AbortSignal; release: () => void } {
  const stop = new AbortController();
  const raise = (name: NodeJS.Signals) => {
    stop.abort(`${name} received`);
    process.once(name, () => process.exit(3));
  };
  process.once("SIGINT", raise).once("SIGTERM", raise);
  const limit = maxSeconds === undefined ? [] : [AbortSignal.timeout(Math.ceil(maxSeconds * 1000))];
  return {
    signal: AbortSignal.any([stop.signal, ...limit]),
    release: () => process.off("SIGINT", raise).off("SIGTERM", raise),
  };
}
