import { z } from 'zod';
import { type Contradictions, setting } from '../../src/setting.ts';

/** A token of a kind; one that was cut with … or holds a blank can be sent nowhere. */
const tokenOf = (start: string, problem: string) =>
  z
    .string()
    .startsWith(start, { error: problem, abort: true })
    .regex(/^[\x21-\x7e]+$/, 'holds signs that no token has; copy it again as a whole');

/** What the operator sets for Slack. */
export const slackSettings = {
  SLACK_BOT_TOKEN: setting(
    'slack',
    'Bot token of the Slack app (OAuth & Permissions page), for one workspace; starts with xoxb-.',
    tokenOf('xoxb-', 'must be a bot token, which starts with xoxb-').optional(),
  ),
  SLACK_CLIENT_ID: setting(
    'slack',
    'Client id of the Slack app (Basic Information page), in place of a bot token: people install the app in any number of workspaces at XOAP_PUBLIC_URL/slack/install.',
    z
      .string()
      .regex(/^\d+\.\d+$/, 'must be two numbers with a dot between them, as on the Basic Information page')
      .optional(),
  ),
  SLACK_CLIENT_SECRET: setting(
    'slack',
    'Client secret of the Slack app (Basic Information page), beside its client id.',
    z
      .string()
      .regex(/^[\x21-\x7e]{8,}$/, 'is no client secret; copy it again as a whole')
      .optional(),
  ),
  SLACK_SIGNING_SECRET: setting(
    'slack',
    'Signing secret of the Slack app (Basic Information page); needed to receive requests over HTTP.',
    z.string().min(8, 'is too short for a signing secret').optional(),
  ),
  SLACK_APP_TOKEN: setting(
    'slack',
    'App-level token with connections:write; set it instead of the signing secret for Socket Mode.',
    tokenOf('xapp-', 'must be an app-level token, which starts with xapp-').optional(),
  ),
  SLACK_COMMAND: setting(
    'slack',
    'The slash command of the Slack app; another one where several bots share a workspace.',
    z
      .string()
      .regex(
        /^\/[a-z0-9_-]{1,31}$/,
        'must be a slash and at most 31 small letters, digits, hyphens or underscores',
      )
      .default('/xoap'),
  ),
  SLACK_API_URL: setting(
    'tests',
    "Address of Slack's Web API; another one only for tests and the demo.",
    z.url().default('https://slack.com/api/'),
  ),
};

/** Whether a text has the shape of the id of a person: https://docs.slack.dev/reference/objects/user-object */
export const isSlackPersonId = (id: string): boolean => /^[UW](?=[A-Z]*\d)[A-Z0-9]{6,}$/.test(id);

/** Whether anything is set for Slack. */
export const isSlackSet: (...set: Parameters<Contradictions>) => boolean = (set) =>
  [
    set.SLACK_BOT_TOKEN,
    set.SLACK_CLIENT_ID,
    set.SLACK_CLIENT_SECRET,
    set.SLACK_SIGNING_SECRET,
    set.SLACK_APP_TOKEN,
  ].some(Boolean);

/** What speaks for the bot: the token of one workspace, or the app itself for those that install it. */
const speakerContradictions: Contradictions = (set) => {
  const { SLACK_BOT_TOKEN: token, SLACK_CLIENT_ID: id, SLACK_CLIENT_SECRET: secret } = set;
  if (token && (id ?? secret))
    return [
      'SLACK_BOT_TOKEN and SLACK_CLIENT_ID: set one of the two, for one workspace or for any number of them',
    ];
  if (token) return [];
  if (!id && !secret)
    return [
      'SLACK_BOT_TOKEN: is missing; the bot and its workers post with it (or with SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, for several workspaces)',
    ];
  if (!id || !secret)
    return [
      `SLACK_CLIENT_${id ? 'SECRET' : 'ID'}: is missing; the client id and the client secret belong together`,
    ];
  const { XOAP_PUBLIC_URL: url, XOAP_PROCESS: kind, NODE_ENV } = set;
  if (kind === 'worker') return [];
  if (!url) return ['XOAP_PUBLIC_URL: is missing; Slack sends people back there who install the app'];
  return NODE_ENV === 'production' && !url.startsWith('https:')
    ? ['XOAP_PUBLIC_URL: must start with https:// in production; Slack sends people back to no other']
    : [];
};

export const slackContradictions: Contradictions = (set) => {
  const problems: string[] = [];
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL: apiUrl } = set;
  problems.push(...speakerContradictions(set));
  if (appToken && signingSecret)
    problems.push(
      'SLACK_APP_TOKEN and SLACK_SIGNING_SECRET: set one of the two, for Socket Mode or for HTTP',
    );
  if (set.XOAP_PROCESS !== 'worker' && !appToken && !signingSecret)
    problems.push(
      'SLACK_SIGNING_SECRET: is missing; set it to receive over HTTP, or SLACK_APP_TOKEN for Socket Mode',
    );
  if (set.NODE_ENV === 'production' && apiUrl && !/^https:\/\/(\w+\.)*slack(-gov)?\.com\//.test(apiUrl))
    problems.push('SLACK_API_URL: production talks to Slack itself only');
  return problems;
};
