/** What will happen later. Nothing runs by itself: each request first settles what is due, so no timer is left behind. */
export interface Agenda {
  at(dueAtMs: number, happen: () => void): void;
  /** Lets everything happen that is due, in the order of its time. */
  settle(): void;
  /** Holds everything back, until it resumes. */
  pause(): void;
  resume(): void;
}

/** Creates an agenda that looks at a clock. */
export function createAgenda(now: () => number): Agenda {
  let entries: { readonly dueAtMs: number; readonly happen: () => void }[] = [];
  let isPaused = false;
  function settle(): void {
    if (isPaused) return;
    const nowMs = now();
    const due = entries.filter(({ dueAtMs }) => dueAtMs <= nowMs).sort((a, b) => a.dueAtMs - b.dueAtMs);
    if (due.length === 0) return;
    entries = entries.filter(({ dueAtMs }) => dueAtMs > nowMs);
    for (const { happen } of due) happen();
  }
  return {
    at: (dueAtMs, happen) => void entries.push({ dueAtMs, happen }),
    settle,
    pause: () => {
      settle();
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      settle();
    },
  };
}
