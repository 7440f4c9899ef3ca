import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { VERSION } from "./version";

const MODULE = join(__dirname, "..", "pulumi-cli");
const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const REPORT_MS = 15_000;

/**
 * Builds the CLI from Go modules, which takes minutes the first time. The committed go.sum says what the modules must
 * be, so no checksum server is asked.
 */
export async function buildCli(
  root: string,
  report: (line: string) => void,
  env: NodeJS.ProcessEnv,
  go = "go",
): Promise<void> {
  await mkdir(join(root, "bin"), { recursive: true });
  report(`Building the Pulumi CLI ${VERSION} from Go modules; the first time this takes 3 to 10 minutes.`);
  const startedAtMs = Date.now();
  const timer = setInterval(
    () => report(`  building for ${Math.round((Date.now() - startedAtMs) / 1000)} s …`),
    REPORT_MS,
  );
  try {
    await runGo(go, root, env);
    report(`Built in ${Math.round((Date.now() - startedAtMs) / 1000)} s.`);
  } finally {
    clearInterval(timer);
  }
}

function runGo(go: string, root: string, env: NodeJS.ProcessEnv): Promise<void> {
  const target = join(root, "bin", process.platform === "win32" ? "pulumi.exe" : "pulumi");
  const flags = ["-trimpath", "-mod=readonly", "-ldflags", `-s -w -X ${VERSION_VARIABLE}=v${VERSION}`];
  return new Promise((resolve, reject) => {
    const child = spawn(go, ["build", ...flags, "-o", target, PACKAGE], {
      cwd: MODULE,
      env: { ...env, GOFLAGS: "", GOSUMDB: "off", CGO_ENABLED: "0" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const said: string[] = [];
    child.stderr.on("data", (text: Buffer) => said.push(text.toString()));
    child.once("error", () => reject(new Error("there is no Go toolchain on PATH")));
    child.once("close", (code) => {
      const last = said.join("").trim().split("\n").at(-1);
      if (code === 0) resolve();
      else reject(new Error(`go build failed: ${last ?? `exit ${code}`}`));
    });
  });
}
