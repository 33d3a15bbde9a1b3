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
    'Bot token of the Slack app (OAuth & Permissions page); starts with xoxb-.',
    tokenOf('xoxb-', 'must be a bot token, which starts with xoxb-').optional(),
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
  Boolean(set.SLACK_BOT_TOKEN ?? set.SLACK_SIGNING_SECRET ?? set.SLACK_APP_TOKEN);

export const slackContradictions: Contradictions = (set) => {
  const problems: string[] = [];
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL: apiUrl } = set;
  if (!set.SLACK_BOT_TOKEN)
    problems.push('SLACK_BOT_TOKEN: is missing; the bot and its workers post with it');
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
