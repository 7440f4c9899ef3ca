import type { Endpoint } from "../endpoint";
import { Refusal } from "../refusal";
import { statusView } from "../views";

const networks = "/api/rest/v2.3/networks";

/** Shows how far an operation of the account is. */
export const readStatus: Endpoint = {
  operation: "readStatus",
  method: "GET",
  url: `${networks}/status/:statusId`,
  handle: ({ service, params, session }) => {
    const operation = service.operations.find(params.statusId ?? "");
    if (operation === undefined || operation.account !== session?.holder.account) {
      throw new Refusal(404, `Status with Id ${params.statusId} not found.`);
    }
    return { status: 200, body: statusView(operation) };
  },
};

/** The same where the vendor's own clients ask. */
export const readStandardStatus: Endpoint = { ...readStatus, url: `${networks}/standard/status/:statusId` };
