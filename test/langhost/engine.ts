import { connect } from "node:net";

const POLL_MS = 500;

/**
 * Polls the engine's address, and calls `end` when nothing listens there: an engine that was killed tells its plugins
 * nothing.
 * @param address gives the address as it is known by then; empty as long as it is not
 */
export function onceEngineIsGone(address: () => string, end: () => void): void {
  setInterval(async () => {
    if (address() !== "" && !(await isListening(address()))) end();
  }, POLL_MS).unref();
}

function isListening(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const settle = (listens: boolean) => {
      socket.destroy();
      resolve(listens);
    };
    socket.once("connect", () => settle(true));
    // An engine that is busy answers late; one that is gone refuses at once.
    socket.once("error", ({ code }: NodeJS.ErrnoException) => settle(code !== "ECONNREFUSED" && code !== "ECONNRESET"));
  });
}
