import { freePort } from '../../simulations/free-port.ts';
import { slackApp } from '../../simulations/slack/oauth-access.ts';
import { createSlackPerson } from '../../simulations/slack/person.ts';
import {
  type SeveralWorkspaces,
  startSeveralWorkspaces,
} from '../../simulations/slack/several-workspaces.ts';
import { type BotOptions, startTestBot } from './bot.ts';

/** The whole product for any number of Slack workspaces, and a local Slack with several. */
export async function startBotOfSeveral({ environment, ...options }: BotOptions = {}) {
  const [slack, port] = await Promise.all([startSeveralWorkspaces(), freePort()]);
  const bot = await startTestBot({
    ...options,
    port,
    environment: {
      SLACK_BOT_TOKEN: '',
      SLACK_CLIENT_ID: slackApp.clientId,
      SLACK_CLIENT_SECRET: slackApp.clientSecret,
      SLACK_API_URL: slack.apiUrl,
      XOAP_PUBLIC_URL: `http://127.0.0.1:${port}`,
      ...environment,
    },
  });
  return {
    ...bot,
    slack,
    async close() {
      await bot.close();
      await slack.close();
    },
  };
}
export type BotOfSeveral = Awaited<ReturnType<typeof startBotOfSeveral>>;

/** Begins an installation as a browser does; resolves to what it was given. */
export async function beginInstall(botUrl: string) {
  const page = await fetch(`${botUrl}/slack/install`);
  const cookie = page.headers.get('set-cookie') ?? '';
  const [, href = ''] = /href="([^"]*authorize[^"]*)"/.exec(await page.text()) ?? [];
  const address = new URL(href.replaceAll('&amp;', '&'));
  return { page, cookie, address };
}

/** Allows it in Slack, and comes back as the browser would, up to the page at the end. */
export async function allow(
  { cookie, address }: Pick<Awaited<ReturnType<typeof beginInstall>>, 'cookie' | 'address'>,
  place: string,
  without: readonly string[] = [],
) {
  const body = new URLSearchParams([...address.searchParams, ['place', place]]);
  for (const scope of (address.searchParams.get('scope') ?? '').split(','))
    if (!without.includes(scope)) body.append('granted', scope);
  const allowed = await fetch(`${address.origin}/oauth/v2/authorize`, {
    method: 'POST',
    body,
    redirect: 'manual',
  });
  const back = allowed.headers.get('location') ?? '';
  const open = () => fetch(back, { headers: { cookie: cookie.split(';', 1)[0] ?? '' } });
  return { back, open };
}

/** Installs the app in a place, as somebody does in a browser. */
export async function install(
  { botUrl }: { readonly botUrl: string },
  place: keyof SeveralWorkspaces['places'],
  without: readonly string[] = [],
): Promise<Response> {
  const { open } = await allow(await beginInstall(botUrl), place, without);
  return open();
}

/** Somebody in one of the workspaces, with the product as they meet it: helpers for one workspace take it as theirs. */
export async function inWorkspace(
  bot: BotOfSeveral,
  name: keyof SeveralWorkspaces['places'],
  teamId?: string,
) {
  const workspace = bot.slack.workspaces[name];
  const { enterpriseId } = bot.slack.places[name] as { enterpriseId?: string };
  const person = await createSlackPerson(workspace, bot.botUrl, {
    ...(teamId !== undefined && { teamId }),
    ...(enterpriseId !== undefined && { enterpriseId }),
  });
  return { ...bot, workspace, person, workspaceId: `slack:${enterpriseId ?? workspace.teamId}` };
}
