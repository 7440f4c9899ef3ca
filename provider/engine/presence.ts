import { connect } from "node:net";

const PATIENCE_MS = 1000;

/**
 * Whether the engine that started this process is still there. When its CLI is killed, nobody is left to hear what
 * becomes of a step, yet this process goes on. In doubt, and where there is no address to ask, it counts as there.
 */
export function isEngineAt(address: string | undefined): Promise<boolean> {
  const [, host, port] = /^([\w.-]+|\[[\da-f:]+\]):(\d+)$/i.exec(address ?? "") ?? [];
  if (host === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const socket = connect({ host: host.replace(/^\[|\]$/g, ""), port: Number(port) });
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(PATIENCE_MS, () => end(true));
    socket.once("connect", () => end(true));
    socket.once("error", ({ code }: NodeJS.ErrnoException) => end(code !== "ECONNREFUSED"));
  });
}
