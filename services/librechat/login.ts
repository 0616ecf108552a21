import { configuredSecrets, when, type Context } from "../model/context";
import { secret, type EnvValue } from "../model/values";

/**
 * Sign-up stays closed: whom the provider lets in has an account, made at the first login (api/strategies/openidStrategy.js).
 * All of the first five must be there (api/server/socialLogins.js), and `registration.socialLogins` shows the button.
 */
export const identityProvider = ({ oidc }: Context): Record<string, EnvValue> =>
  oidc === undefined
    ? { ALLOW_SOCIAL_LOGIN: "false" }
    : {
        OPENID_ISSUER: oidc.issuer,
        OPENID_CLIENT_ID: oidc.clientId,
        OPENID_CLIENT_SECRET: secret(configuredSecrets.oidc),
        OPENID_SCOPE: oidc.scope,
        OPENID_SESSION_SECRET: secret("librechat-openid-session-secret"),
        OPENID_CALLBACK_URL: "/oauth/openid/callback",
        ...when(oidc.buttonLabel !== undefined, { OPENID_BUTTON_LABEL: oidc.buttonLabel ?? "" }),
        ALLOW_SOCIAL_LOGIN: "true",
        ALLOW_SOCIAL_REGISTRATION: "true",
      };

/** Every task reaches 443. */
export function issuerPort({ oidc }: Context): Readonly<Record<number, string>> {
  const port = oidc === undefined ? "" : new URL(oidc.issuer).port;
  return port === "" ? {} : { [Number(port)]: "Identity provider" };
}
