import type { ServerResponse } from 'node:http';
import type { OauthTokens, Place } from './oauth-tokens.ts';

type Json = Record<string, unknown>;

/** The app as it is registered here. */
export const slackApp = { clientId: '1111.2222', clientSecret: 'planted-client-secret-0123456789' };

/** How an OAuth call fails instead: it is done and its answer lost, or it is not done. */
type OauthTrouble = 'loses' | { readonly status: number } | { readonly error: string };

/** What a body holds, of either kind. */
export const fieldsOf = (text: string): Json =>
  text.startsWith('{') ? (JSON.parse(text) as Json) : Object.fromEntries(new URLSearchParams(text));

/** Answers as the Web API does. */
export function answer(response: ServerResponse, body: Json): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The method that gives tokens, for codes and for refresh tokens: https://docs.slack.dev/reference/methods/oauth.v2.access */
export function createOauthAccess(tokens: OauthTokens, installerIn: (place: Place) => string) {
  const calls: { readonly grant: string; readonly body: Json }[] = [];
  const trouble: OauthTrouble[] = [];

  function given(body: Json): Json {
    const isRefresh = body.grant_type === 'refresh_token';
    const result = isRefresh
      ? tokens.refresh(String(body.refresh_token))
      : tokens.exchange(String(body.code), String(body.redirect_uri));
    if (!('place' in result)) return { ok: false, ...result };
    const { place, ...rest } = result;
    return {
      ok: true,
      ...rest,
      app_id: 'A0XOAP',
      bot_user_id: 'U0XOAP',
      is_enterprise_install: place.isOrganisation,
      team: place.isOrganisation ? null : { id: place.teamId, name: place.name },
      enterprise: place.enterpriseId ? { id: place.enterpriseId, name: place.name } : null,
      authed_user: { id: installerIn(place) },
    };
  }

  function refusalOf(body: Json): Json | undefined {
    if (body.client_id !== slackApp.clientId) return { ok: false, error: 'invalid_client_id' };
    return body.client_secret === slackApp.clientSecret
      ? undefined
      : { ok: false, error: 'bad_client_secret' };
  }

  return {
    calls,
    trouble,
    answer(body: Json, response: ServerResponse): void {
      calls.push({ grant: String(body.grant_type ?? 'code'), body });
      const fault = refusalOf(body) ? undefined : trouble.shift();
      if (fault !== undefined && fault !== 'loses') {
        if ('status' in fault) response.writeHead(fault.status).end();
        else answer(response, { ok: false, ...fault });
        return;
      }
      const said = refusalOf(body) ?? given(body);
      if (fault === 'loses') response.destroy();
      else answer(response, said);
    },
  };
}
