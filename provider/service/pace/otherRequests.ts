/** The requests of one machine's processes to one service, as far as each tells the others. */
export interface OtherRequests {
  /** Learns which requests the other processes have made. It never fails: what cannot be read is unknown. */
  refresh(): Promise<void>;
  /** When the other processes have made their requests, on the clock's elapsed(), oldest first. */
  madeMs(elapsedMs: number): readonly number[];
  /** Tells the others of a request of this process that was answered, or has failed. */
  made(elapsedMs: number): void;
  /** Tells the others at once of all requests that they were not told of yet. */
  flush(): Promise<void>;
}

/** A process that knows of no other. */
export const NO_OTHER_REQUESTS: OtherRequests = {
  refresh: async () => undefined,
  madeMs: () => [],
  made: () => undefined,
  flush: async () => undefined,
};
