import { commands } from '../../src/chat/commands.ts';
import { groupEvents, groupsScope } from './groups.ts';
import { markType } from './mark.ts';
import { postedEvent, postedScope } from './posted.ts';

/** What the bot asks of a workspace, each with its reason; `docs/security.md` repeats the list. */
export const scopes = {
  commands: 'receives the slash command',
  'chat:write': 'posts and edits the answers',
  'chat:write.public': 'answers in public channels without being invited first',
  'im:write': 'opens a direct conversation with the person who asked, where it may not write in a channel',
} as const;

/** What a workspace may leave out when it installs the app: https://docs.slack.dev/changelog */
export const optionalScopes = {
  'files:read':
    'fetches a key file that somebody uploads in the form, and the log of a build that somebody wants explained; without it people paste its text',
  'files:write':
    'attaches a snippet that is too long for a message, and pictures where charts are not drawn; without it they come as several messages, and as words',
  'users:read':
    "knows a person's time zone for schedules, and their name where they should not be notified; without it schedules start with the time zone of the bot, and people are called somebody",
  [groupsScope]:
    'lets roles be given to user groups, and looks up who is in those; without it roles are given to people and channels',
  'app_mentions:read': 'answers whoever mentions the bot with help; without it a mention gets no answer',
  [postedScope]:
    'is told of its own messages, and of no text; without it a message may stand twice after an answer of Slack was lost',
} as const;

/** Those that are asked for: none to read files where secrets are entered on a page, and nobody uploads any. */
export const optionalScopesFor = ({
  secretsInChat,
}: {
  readonly secretsInChat: boolean;
}): Readonly<Record<string, string>> => {
  const { 'files:read': files, ...others } = optionalScopes;
  return secretsInChat ? { 'files:read': files, ...others } : others;
};

/** What is offered for any message: https://docs.slack.dev/interactivity/implementing-shortcuts */
export const explainShortcut = {
  name: 'Explain this failure',
  type: 'message',
  callback_id: 'explain-failure',
  description: 'Says what ended a build: what is missing, and the fix',
} as const;

/** Where an installation begins, and where Slack sends the browser at its end. */
export const installPath = '/slack/install';
export const redirectPath = '/slack/oauth_redirect';

export type ManifestOptions = {
  readonly command: string;
  /** Where Slack reaches the bot; without it the bot reaches Slack, through Socket Mode. */
  readonly url?: string | undefined;
  /** The app's own id, which is there once the app is: without it Slack cannot be asked to tell of its messages. */
  readonly appId?: string | undefined;
  /** Whether people enter secrets in chat, and upload files with them; they do unless it is said. */
  readonly secretsInChat?: boolean | undefined;
  /** For any number of workspaces, which install the app at the bot's own page: its tokens are rotated. */
  readonly distributed?: boolean | undefined;
};

/** What tells that installations end; for organisations also of single workspaces. */
const endEvents = ['app_uninstalled', 'tokens_revoked'];
const teamEvents = ['team_access_granted', 'team_access_revoked'];

/** What can be typed behind the command, as Slack shows it while somebody types. */
const usageHint = commands
  .map(({ words, argument }) => [words, argument].filter(Boolean).join(' '))
  .join(' | ');

/** The Slack app's manifest: https://docs.slack.dev/reference/app-manifest */
export function slackManifest(options: ManifestOptions) {
  const { command, url, appId, distributed = false, secretsInChat = true } = options;
  const optional = Object.keys(optionalScopesFor({ secretsInChat })).filter(
    (scope) => appId || scope !== postedScope,
  );
  const endpoint = url && new URL('/slack/events', url).href;
  const redirect = distributed && url && new URL(redirectPath, url).href;
  const told = [...endEvents, ...(distributed ? teamEvents : []), ...(appId ? [postedEvent] : [])];
  return {
    display_information: {
      name: 'XOAP',
      description: 'Proves what a cloud credential may do before an image build needs it',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'xoap', always_online: true },
      slash_commands: [
        {
          command,
          description: 'Verify connections',
          usage_hint: usageHint,
          should_escape: false,
          ...(endpoint && { url: endpoint }),
        },
      ],
      shortcuts: [explainShortcut],
    },
    oauth_config: {
      ...(redirect && { redirect_urls: [redirect] }),
      scopes: { bot: Object.keys(scopes), bot_optional: optional },
    },
    settings: {
      event_subscriptions: {
        bot_events: ['app_home_opened', 'app_mention', ...groupEvents, ...told],
        ...(appId && { metadata_subscriptions: [{ app_id: appId, event_type: markType }] }),
        ...(endpoint && { request_url: endpoint }),
      },
      interactivity: { is_enabled: true, ...(endpoint && { request_url: endpoint }) },
      org_deploy_enabled: distributed,
      socket_mode_enabled: !endpoint,
      // A rotated app has no token that lasts, and rotation cannot be turned off again.
      token_rotation_enabled: distributed,
    },
  };
}
