import { parsed } from "../contract/parsed";
import { authorizeBody } from "../contract/requests";
import { type Endpoint, unknownAddress } from "../endpoint";

const url = "/api/v1/auth/authorize";

/** Exchanges an API key for a token. */
export const authorize: Endpoint = {
  operation: "authorize",
  method: "POST",
  url,
  isOpen: true,
  handle: ({ service, body }) => {
    const { token, holder, expiresAtMs } = service.access.authorize(parsed(authorizeBody, body).apiKey);
    if (holder.access === "otherRegion") return unknownAddress("POST", url);
    const seconds = Math.floor(expiresAtMs / 1000);
    const accessTokenExpire = service.settings.isExpiryText ? String(seconds) : seconds;
    return { status: 200, body: { data: { accessToken: token, accessTokenExpire, tokenType: "Bearer" } } };
  },
};
