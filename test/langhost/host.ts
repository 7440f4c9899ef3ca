// A language host for Node programs, so that tests run programs as users run them where the official one is missing.
// The engine starts it under the name pulumi-language-nodejs, and reads its port from stdout.
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { version } from "@pulumi/pulumi/package.json";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { onceEngineIsGone } from "./engine";
import { type ProgramEnd, type RunningProgram, startProgram } from "./program";

/** The exit code by which the SDK says that the user has been told: the engine then adds nothing. */
const USER_WAS_TOLD = 32;

const running = new Set<RunningProgram>();
let engine = process.argv.length > 2 ? (process.argv.at(-1) ?? "") : "";

async function run(request: messages.RunRequest): Promise<messages.RunResponse> {
  const program = startProgram(request, engine);
  running.add(program);
  const end = await program.end;
  running.delete(program);
  const response = new messages.RunResponse();
  if (end.code === USER_WAS_TOLD) return response.setBail(true);
  const error = errorOf(end);
  return error === undefined ? response : response.setError(error);
}

/** As the official host puts it; but for `problem`, which is the tests' own. */
function errorOf({ code, problem }: ProgramEnd): string | undefined {
  if (problem !== undefined) return problem;
  return code === 0 ? undefined : `Program exited with non-zero exit code: ${code ?? -1}`;
}

function pluginInfo(): PluginInfo {
  const info = new PluginInfo();
  info.setVersion(version);
  return info;
}

/** Answers what `pulumi preview`, `up`, `refresh` and `destroy` ask for. */
const methods = {
  handshake: (request: messages.LanguageHandshakeRequest) => {
    engine = request.getEngineAddress() || engine;
    return new messages.LanguageHandshakeResponse();
  },
  getPluginInfo: pluginInfo,
  getRequiredPlugins: () => new messages.GetRequiredPluginsResponse(),
  getRequiredPackages: () => new messages.GetRequiredPackagesResponse(),
  getProgramDependencies: () => new messages.GetProgramDependenciesResponse(),
  runtimeOptionsPrompts: () => new messages.RuntimeOptionsResponse(),
  about: () => new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
  run,
  cancel: () => {
    for (const program of running) program.interrupt();
    return new Empty();
  },
};

function unary(method: (request: never) => unknown): handleUnaryCall<unknown, unknown> {
  return async ({ request }, answer) => {
    try {
      answer(null, await method(request as never));
    } catch (error) {
      answer({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) });
    }
  };
}

function end(): never {
  for (const program of running) program.kill();
  process.exit(0);
}

const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
const handlers = Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, unary(method)]));
server.addService(LanguageRuntimeService, handlers as UntypedServiceImplementation);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(String(port));
});
onceEngineIsGone(() => engine, end);
// The engine ends its plugins with the first, a terminal interrupts the whole group with the second.
process.on("SIGTERM", end);
process.on("SIGINT", () => methods.cancel());
