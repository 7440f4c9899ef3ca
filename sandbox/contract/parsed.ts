import type { z } from "zod";
import { Refusal } from "../refusal";

/**
 * Checks the form of a body.
 * @throws Refusal 400 with all complaints, or about a name that is too long; 422 for other names, which it calls `interfaceName`
 */
export function parsed<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body);
  if (!result.success) throw new Refusal(400, "Bad Request", result.error.issues.flatMap(complaints));
  checkName(Object(result.data).tunnelName);
  return result.data;
}

function checkName(tunnelName: unknown): void {
  if (typeof tunnelName !== "string") return;
  if (tunnelName.length > 15) {
    throw new Refusal(400, "Bad Request", ["tunnelName must be shorter than or equal to 15 characters"]);
  }
  if (!/^[A-Za-z0-9]{3,}$/.test(tunnelName)) {
    throw new Refusal(422, "interfaceName must be 3 to 15 letters and digits");
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  int: "must be an integer number",
  array: "must be an array",
  object: "must be an object",
  nonoptional: "is required",
};

function complaints(issue: z.core.$ZodIssue): string[] {
  const at = issue.path.map(String);
  const of = (path: readonly string[], text: string) => [path.join("."), text].filter(Boolean).join(" ");
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => `property ${[...at, key].join(".")} should not exist`);
    case "invalid_type":
      return [of(at, EXPECTED[issue.expected] ?? `must be a ${issue.expected}`)];
    case "invalid_value":
      return [of(at, `must be one of the following values: ${issue.values.map(String).join(", ")}`)];
    default:
      return [of(at, issue.message)];
  }
}
