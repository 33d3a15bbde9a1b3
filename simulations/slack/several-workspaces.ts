import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorizePage } from './authorize-page.ts';
import { answer, createOauthAccess, fieldsOf } from './oauth-access.ts';
import { createOauthTokens, type Place } from './oauth-tokens.ts';
import { eventCallback, signedHeaders } from './requests.ts';
import { botToken, signingSecret } from './seed.ts';
import { type SlackWorkspace, startSlackWorkspace } from './workspace.ts';

type Json = Record<string, unknown>;

/** What cannot be done without a scope, as far as the bot does it. */
const scopeOf: Readonly<Record<string, string>> = {
  'users.info': 'users:read',
  'files.getUploadURLExternal': 'files:write',
  'files.completeUploadExternal': 'files:write',
};
/** What an organisation's token needs the id of a workspace for: https://docs.slack.dev/enterprise/developing-for-enterprise-orgs */
const ofOneTeam = ['conversations.list', 'users.list', 'usergroups.list', 'team.info'];

type OfToken = { readonly place: Place; readonly scopes: readonly string[] };

/** What `auth.test` says of a token. */
const whose = ({ name, teamId, enterpriseId, isOrganisation }: Place) => ({
  team: name,
  // Of an organisation's token, the id of the organisation is taken to stand here too; no page says so.
  team_id: teamId ?? enterpriseId,
  ...(enterpriseId && { enterprise_id: enterpriseId }),
  is_enterprise_install: isOrganisation,
});

/**
 * A local Slack with several workspaces: two by themselves, and an organisation with two, each behind the same address and told
 * apart by tokens. It lets people install an app, rotates its tokens, and tells of their ends, as Slack documents it.
 */
export async function startSeveralWorkspaces() {
  const [first, second, grid] = await Promise.all([
    startSlackWorkspace({}, { teamId: 'T0FIRST' }),
    startSlackWorkspace({}, { teamId: 'T0SECOND' }),
    // People of an organisation are the same in all its workspaces, so one emulate stands for both.
    startSlackWorkspace({}, { teamId: 'T0GRIDA' }),
  ]);
  const places = {
    first: { name: 'First', teamId: first.teamId, isOrganisation: false },
    second: { name: 'Second', teamId: second.teamId, isOrganisation: false },
    grid: { name: 'Organisation', enterpriseId: 'E0GRID', isOrganisation: true },
  } satisfies Record<string, Place>;
  const workspaces: Record<keyof typeof places, SlackWorkspace> = { first, second, grid };
  /** The workspaces of the organisation that have the app. */
  const teams = new Set(['T0GRIDA', 'T0GRIDB']);
  const tokens = createOauthTokens();
  /** Tokens that came with calls, so that a test can tell whose speaks where. */
  const spoke: { readonly place: string; readonly token: string; readonly method: string }[] = [];

  const nameOf = (place: Place) =>
    (Object.keys(places) as (keyof typeof places)[]).find((name) => places[name] === place) ?? 'first';

  const installer = { name: 'kim' as 'kim' | 'lee' };
  const oauth = createOauthAccess(tokens, (place) => workspaces[nameOf(place)].people[installer.name]);

  /** Why a call is refused before any workspace sees it. */
  function refusalOf(method: string, { place, scopes }: OfToken, body: Json): Json | undefined {
    const needed = scopeOf[method];
    if (needed && !scopes.includes(needed))
      return { ok: false, error: 'missing_scope', needed, provided: scopes.join(',') };
    return place.isOrganisation && ofOneTeam.includes(method) && !body.team_id
      ? { ok: false, error: 'missing_argument' }
      : undefined;
  }

  /** Hands a call on to the workspace that its token is of. */
  async function call(request: IncomingMessage, response: ServerResponse, raw: Buffer): Promise<void> {
    const method = (request.url ?? '').replace(/^\/api\//, '').split('?')[0] ?? '';
    const token = String(request.headers.authorization ?? '').replace(/^Bearer /, '');
    const found = tokens.look(token);
    if (typeof found === 'string') return answer(response, { ok: false, error: found });
    const { place, scopes } = found;
    spoke.push({ place: nameOf(place), token, method });
    const refusal = refusalOf(method, found, fieldsOf(raw.toString() || '{}'));
    if (refusal) return answer(response, refusal);
    if (method === 'auth.teams.list')
      return answer(response, { ok: true, teams: [...teams].map((id) => ({ id, name: id })) });
    const told = await fetch(new URL(method, workspaces[nameOf(place)].apiUrl), {
      method: 'POST',
      headers: {
        connection: 'close',
        'content-type': String(request.headers['content-type'] ?? 'application/json'),
        authorization: `Bearer ${botToken}`,
      },
      body: raw,
    });
    const said = (await told.json()) as Json;
    const wait = told.headers.get('retry-after');
    response.writeHead(told.status, {
      'content-type': 'application/json',
      'x-oauth-scopes': scopes.join(','),
      ...(wait !== null && { 'retry-after': wait }),
    });
    response.end(JSON.stringify(method === 'auth.test' && said.ok ? { ...said, ...whose(place) } : said));
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    try {
      if (pathname === '/api/oauth.v2.access') return oauth.answer(fieldsOf(raw.toString()), response);
      if (pathname.startsWith('/api/')) return await call(request, response, raw);
      if (pathname === '/oauth/v2/authorize') {
        const asked = request.method === 'POST' ? new URLSearchParams(raw.toString()) : searchParams;
        return authorizePage(
          { asked, places, codeFor: tokens.codeFor, isSent: request.method === 'POST' },
          response,
        );
      }
      response.writeHead(404).end();
    } catch {
      // As Slack when a workspace of it is away.
      response.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** Sends an event about a place, signed, as Slack does. */
  async function tell(botUrl: string, name: keyof typeof places, event: Json, at?: Date): Promise<number> {
    const { teamId = 'T0GRIDA', enterpriseId } = places[name] as Place;
    const sender = { teamId, enterpriseId, userId: '', userName: '', appId: 'A0XOAP', botUserId: 'U0XOAP' };
    const body = eventCallback(sender, { user: undefined, ...event }, at);
    const headers = signedHeaders(body, { secret: signingSecret });
    return (await fetch(`${botUrl}/slack/events`, { method: 'POST', headers, body })).status;
  }

  const ends = {
    uninstalled: { type: 'app_uninstalled' },
    revoked: { type: 'tokens_revoked', tokens: { oauth: [], bot: ['U0XOAP'] } },
  };

  return {
    apiUrl: `${origin}/api/`,
    origin,
    places,
    workspaces,
    tokens,
    teams,
    oauthCalls: oauth.calls,
    trouble: oauth.trouble,
    spoke,
    /** Who presses Allow. */
    installer,
    tell,
    /** Removes the app from a place, and tells so in this order; without one it tells nothing. */
    async uninstall(name: keyof typeof places, botUrl: string, order: readonly (keyof typeof ends)[]) {
      tokens.revoke(places[name], 'account_inactive');
      for (const each of order) await tell(botUrl, name, ends[each]);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await Promise.all([first.close(), second.close(), grid.close()]);
    },
  };
}
export type SeveralWorkspaces = Awaited<ReturnType<typeof startSeveralWorkspaces>>;
