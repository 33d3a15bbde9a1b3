import type { ServerResponse } from 'node:http';
import type { OauthTokens, Place } from './oauth-tokens.ts';

const attribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

type Asked = {
  readonly asked: URLSearchParams;
  readonly places: Readonly<Record<string, Place>>;
  readonly codeFor: OauthTokens['codeFor'];
  /** Whether somebody pressed a button. */
  readonly isSent: boolean;
};

/**
 * The page on which somebody allows an app or does not, for one of the places. Which scopes can be left out, the app's manifest
 * says; here all can, so that a test can leave out what it means to. https://docs.slack.dev/authentication/installing-with-oauth
 */
export function authorizePage({ asked, places, codeFor, isSent }: Asked, response: ServerResponse): void {
  const [state = '', redirectUri = ''] = [asked.get('state') ?? '', asked.get('redirect_uri') ?? ''];
  const scopes = (asked.get('scope') ?? '').split(',').filter(Boolean);
  if (isSent) {
    const place = places[asked.get('place') ?? ''];
    const left = asked.getAll('granted');
    const target = new URL(redirectUri);
    target.searchParams.set('state', state);
    if (place) target.searchParams.set('code', codeFor({ place, scopes: left, redirectUri }));
    else target.searchParams.set('error', 'access_denied');
    return void response.writeHead(302, { location: target.href }).end();
  }
  const kept = ['state', 'redirect_uri', 'scope', 'client_id']
    .map((name) => `<input type="hidden" name="${name}" value="${attribute(asked.get(name) ?? '')}">`)
    .join('');
  const boxes = scopes
    .map(
      (scope) =>
        `<label><input type="checkbox" name="granted" value="${attribute(scope)}" checked>${scope}</label>`,
    )
    .join('<br>');
  const buttons = Object.entries(places)
    .map(([key, { name }]) => `<button name="place" value="${key}">Allow in ${name}</button>`)
    .join(' ');
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(
    `<!DOCTYPE html><title>Local Slack</title><h1>XOAP asks to be installed</h1><form method="post" action="/oauth/v2/authorize">${kept}${boxes}<p>${buttons} <button name="place" value="">Cancel</button></p></form>`,
  );
}
