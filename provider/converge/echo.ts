import { type Field, isSame, valueAt } from "../model/compare";
import type { Echo } from "../model/echo";
import { inJson } from "../model/foreign";
import { type Desired, SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import { quotableIn } from "../model/secrets";
import type { State } from "../model/state";
import type { Change } from "../plan/requests";

/** State with what the service has made of a change that succeeded, in place of echoes of other values. */
export function withEcho(state: State, { body }: Change, echoed: Echo): State {
  const sources: readonly (readonly [start: readonly string[], fields: readonly Field[], sent: unknown])[] = [
    [[], SETTING_FIELDS, body],
    ...(body.updateTunnels ?? []).map((update) => [["tunnels", update.id], TUNNEL_FIELDS, update] as const),
  ];
  const sent = new Map(
    sources.flatMap(([start, fields, source]) =>
      fields.map(
        (field) => [[...start, ...field.path].join("."), { field, value: valueAt(source, field.path) }] as const,
      ),
    ),
  );
  const kept = Object.entries(state.echo ?? {}).filter(([name, before]) => {
    const { field, value } = sent.get(name) ?? {};
    return field === undefined || value === undefined || isSame(field.traits, value, before.sent, "unordered");
  });
  return { ...state, echo: { ...Object.fromEntries(kept), ...echoed } };
}

/** Warnings of what the service has made of values, by the keys of the program and with the values that are no secrets. */
export function echoTexts(
  groupId: string,
  declared: Desired,
  { tunnelIds }: Pick<State, "tunnelIds">,
  echoed: Echo,
): readonly string[] {
  const isQuotable = quotableIn(declared);
  const keyOf = (id: string) => Object.keys(tunnelIds).find((key) => tunnelIds[key] === id) ?? id;
  return Object.entries(echoed).map(([name, { sent, shown }]) => {
    const [root = "", second = "", ...rest] = name.split(".");
    const path =
      root === "tunnels" ? [root, keyOf(second), ...rest] : [root, second, ...rest].filter((each) => each !== "");
    const made = isQuotable(path, [sent, shown]) ? `made ${inJson(shown)} of it` : "shows another value";
    return `${path.join(".")} of tunnel group ${groupId} was set, and the service ${made}. As long as it shows that, it counts as what was sent.`;
  });
}
