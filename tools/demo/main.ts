import { type Sandbox, startSandbox } from "../../sandbox";
import { type EngineStack, openWorkshop } from "../workshop";
import { branchOffice, PASSPHRASES } from "./program";
import { Show } from "./show";

const OPERATION_MS = 3000;

async function main(): Promise<boolean> {
  const sandbox = await startSandbox({ operationMs: OPERATION_MS });
  const [account] = sandbox.accounts;
  const workshop = await openWorkshop({
    HARMONY_SASE_API_KEY: account.apiKey,
    HARMONY_SASE_BASE_URL: sandbox.baseUrl,
  });
  const show = new Show(sandbox, [account.apiKey, ...Object.values(PASSPHRASES)]);
  try {
    const stack = await workshop.stack({ name: "demo", project: "branch-office", program: branchOffice(account) });
    await tell(show, sandbox, stack);
  } finally {
    await sandbox.close();
    await workshop.close();
  }
  return show.summary();
}

async function tell(show: Show, sandbox: Sandbox, stack: EngineStack): Promise<void> {
  const [account] = sandbox.accounts;
  const onOutput = show.print;
  const group = () => sandbox.groups().find(({ tunnelName }) => tunnelName === "branch");

  await show.step(
    "preview",
    "What would happen? The address of the branch comes from another resource and isn't known yet.",
    async () => {
      const { changes } = await stack.preview({ onOutput });
      show.expect(changes.create === 3 && group() === undefined, "three resources to create, no request sent");
    },
  );
  await show.step("up", "Create the group: two tunnels, one POST, and a wait for the operation.", async () => {
    await stack.up({ onOutput });
    show.expect(group()?.tunnels.length === 2, "the service has a group with two tunnels");
  });
  await show.step("up again", "Nothing changed, so nothing is sent.", async () => {
    const { changes } = await stack.up({ onOutput });
    show.expect(changes.same === 3 && show.requests().length === 0, "no request at all");
  });
  await show.step("three changes", "Add a tunnel, re-address one and rotate a passphrase, in one PUT:", async () => {
    stack.setProgram(branchOffice(account, "changed"));
    await stack.up({ onOutput });
    const writes = show.requests().filter(({ method }) => method === "PUT");
    for (const { body } of writes) show.body(body);
    show.expect(writes.length === 1 && group()?.tunnels.length === 3, "one PUT, three tunnels");
  });
  await show.step("drift", "Somebody changes a tunnel by hand; refresh finds it and up sets it back.", async () => {
    const tunnel = group()?.tunnels.find(({ remotePublicIP }) => remotePublicIP === "203.0.113.99");
    sandbox.edit({
      kind: "changeTunnel",
      groupId: group()?.id ?? "",
      tunnelId: tunnel?.id ?? "",
      changes: { remotePublicIP: "192.0.2.66" },
    });
    await stack.refresh({ onOutput });
    await stack.preview({ onOutput: show.printChanges, diff: true });
    await stack.up({ onOutput });
    const isBack = group()?.tunnels.some(({ remotePublicIP }) => remotePublicIP === "203.0.113.99");
    show.expect(isBack === true, "the address is back");
  });
  await show.step("a failure", "The service accepts a change, carries out half of it, and fails.", async () => {
    sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["gateway of region is busy"], applied: 1 });
    stack.setProgram(branchOffice(account, "grown"));
    await stack.failingUp({ onOutput });
    show.expect(group()?.tunnels.length === 4, "the service did one of two additions, and state knows it");
  });
  await show.step("recovery", "The next up sends only what is still missing.", async () => {
    await stack.up({ onOutput });
    const added = show
      .requests()
      .flatMap(({ body }) => (body as { addTunnels?: unknown[] } | undefined)?.addTunnels ?? []);
    show.expect(group()?.tunnels.length === 5 && added.length === 1, "one tunnel added, none twice");
  });
  await show.step("destroy", "Delete the group.", async () => {
    await stack.destroy({ onOutput });
    show.expect(group() === undefined, "nothing is left");
  });
}

main().then(
  (isGood) => {
    process.exitCode = isGood ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
