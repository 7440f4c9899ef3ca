import type { Client, ClientUnaryCall } from "@grpc/grpc-js";

/** Says things on a resource's row in the engine's display. */
export interface EngineLog {
  /** Shown while the resource is worked on, and nowhere afterwards. */
  status(urn: unknown, message: string): Promise<void>;
  /** Stays in the display; without a URN it stands on the stack's row. */
  info(urn: unknown, message: string): Promise<void>;
  warn(urn: unknown, message: string): Promise<void>;
}

type Severity = "INFO" | "WARNING";

/** The part of the SDK's internals that is used here; it comes without a contract. */
interface EngineApi {
  readonly client: Client & { log(request: unknown, options: object, done: () => void): ClientUnaryCall };
  request(severity: Severity, message: string, urn: string, isEphemeral: boolean): unknown;
}

const CALL_DEADLINE_MS = 1000;

/**
 * Connects to the engine that started this process, at the address that is its last argument. The SDK has no public way
 * to say something about one resource: whatever fails here is passed over in silence, and nothing but words is lost.
 */
export function createEngineLog(address: string | undefined): EngineLog {
  let api: EngineApi | undefined | "none";

  function send(urn: unknown, message: string, severity: Severity, isEphemeral: boolean): Promise<void> {
    api ??= connect(address) ?? "none";
    if (api === "none") return Promise.resolve();
    const { client, request } = api;
    return new Promise((resolve) => {
      try {
        const text = typeof urn === "string" ? urn : "";
        client.log(request(severity, message, text, isEphemeral), { deadline: Date.now() + CALL_DEADLINE_MS }, () =>
          resolve(),
        );
      } catch {
        resolve();
      }
    });
  }

  return {
    status: (urn, message) => send(urn, message, "INFO", true),
    info: (urn, message) => send(urn, message, "INFO", false),
    warn: (urn, message) => send(urn, message, "WARNING", false),
  };
}

function connect(address: string | undefined): EngineApi | undefined {
  if (address === undefined || !/^[\w.[\]:-]+:\d+$/.test(address)) return undefined;
  try {
    const sdk = require.resolve("@pulumi/pulumi");
    const grpc = require(require.resolve("@grpc/grpc-js", { paths: [sdk] })) as typeof import("@grpc/grpc-js");
    const services = require("@pulumi/pulumi/proto/engine_grpc_pb") as {
      EngineClient: new (address: string, credentials: unknown, options: object) => EngineApi["client"];
    };
    const messages = require("@pulumi/pulumi/proto/engine_pb") as {
      LogRequest: new () => Record<"setSeverity" | "setMessage" | "setUrn" | "setEphemeral", (value: unknown) => void>;
      LogSeverity: Readonly<Record<Severity, number>>;
    };
    return {
      // The engine is on this machine: a proxy of the environment could not reach it, and is to hear nothing.
      client: new services.EngineClient(address, grpc.credentials.createInsecure(), { "grpc.enable_http_proxy": 0 }),
      request: (severity, message, urn, isEphemeral) => {
        const request = new messages.LogRequest();
        request.setSeverity(messages.LogSeverity[severity]);
        request.setMessage(message);
        request.setUrn(urn);
        request.setEphemeral(isEphemeral);
        return request;
      },
    };
  } catch {
    return undefined;
  }
}
