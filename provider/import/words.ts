import type { Questions } from "./answers";
import type { ImportArguments } from "./arguments";
import type { Declared, Found } from "./declare";
import { NAMES } from "./project";
import { counted } from "./read";
import { hasPassphrases } from "./secrets";

const MOST_LINES = 20;

/** What nobody has said yet, and where to say it. */
export function missingText({ isAsnWanted, tunnels }: Questions, path: string): string {
  const lines = [
    ...(isAsnWanted ? ["  leftASN: the network's own ASN"] : []),
    ...tunnels.map(
      ({ resource, key, tunnelId, remotePublicIP, fields }) =>
        `  ${resource}.${key} (${[tunnelId, remotePublicIP].filter(Boolean).join(", ")}): ${fields.join(", ")}`,
    ),
  ];
  const blanks = (isAsnWanted ? 1 : 0) + tunnels.reduce((sum, { fields }) => sum + fields.length, 0);
  return [
    `The service does not show ${counted(blanks, "value")} that a program must have:`,
    ...limited(lines),
    `Fill in the blanks in ${path}, and run the same command again. No program was written.`,
  ].join("\n");
}

/** What was taken to be at its default. */
export function presumedText(presumed: readonly string[]): readonly string[] {
  return presumed.length === 0
    ? []
    : [
        "The service does not show these, or in a form that is not known here; they are taken to be at their defaults:",
        ...limited(presumed.map((each) => `  ${each}`)),
      ];
}

/** What was listed, and taken for no group. */
export function passedOverText(others: number): readonly string[] {
  if (others === 0) return [];
  const [ids, one] = others === 1 ? ["its own id", "it is a group"] : ["their own ids", "one is a group"];
  return [
    `Passed over ${counted(others, "tunnel")} listed under ${ids}, as static tunnels are; if ${one}, give --group.`,
  ];
}

function limited(lines: readonly string[]): readonly string[] {
  const rest = lines.length - MOST_LINES;
  return rest > 0 ? [...lines.slice(0, MOST_LINES), `  and ${rest} more`] : lines;
}

/**
 * What was written, and what comes next.
 * @param install the command that installs what the program needs
 */
export function nextText(
  { network }: Found,
  { resources }: Declared,
  { out, stack }: ImportArguments,
  written: readonly string[],
  install: string,
): string {
  const tunnels = resources.reduce((sum, { tunnelIds }) => sum + Object.keys(tunnelIds).length, 0);
  const what = `${counted(resources.length, "group")} with ${counted(tunnels, "tunnel")} of network "${network.name}"`;
  const done =
    written.length === 0 ? `${out} holds ${what} already.` : `Wrote ${what} to ${out}: ${written.join(", ")}.`;
  const byFile = `  pulumi import --file ${NAMES.engineFile} --generate-code=false --protect=false --stack ${stack}\nor, which compares each group with the service:\n`;
  const secrets = hasPassphrases(resources) ? `  ./${NAMES.script}   sets the passphrases; delete it afterwards\n` : "";
  return `${done}\nNow, in that folder, with a stack selected:\n  ${install}\n${secrets}${stack === undefined ? "" : byFile}  HARMONY_SASE_IMPORT=${NAMES.mandate} pulumi up\n`;
}
