import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { optionalScopes, scopes, slackManifest } from '../../../adapters/slack/manifest.ts';
import { lifeEvents } from '../../../adapters/slack/workspace-events.ts';

describe('the Slack manifest', () => {
  it('sends commands and interactions to the bot over HTTP', () => {
    const { features, settings } = slackManifest({ command: '/xoap', url: 'https://bot.example.com' });

    expect(features.slash_commands[0]?.url).toBe('https://bot.example.com/slack/events');
    expect(settings.interactivity.request_url).toBe('https://bot.example.com/slack/events');
    expect(settings.socket_mode_enabled).toBe(false);
  });

  it('asks to be told of whoever opens its Home', () => {
    const { features, settings } = slackManifest({ command: '/xoap', url: 'https://bot.example.com' });

    expect(features.app_home.home_tab_enabled).toBe(true);
    expect(settings.event_subscriptions).toEqual({
      bot_events: [
        'app_home_opened',
        'app_mention',
        'subteam_members_changed',
        'subteam_updated',
        'app_uninstalled',
        'tokens_revoked',
      ],
      request_url: 'https://bot.example.com/slack/events',
    });
  });

  it('subscribes the app to its own messages once its id is known', () => {
    const { oauth_config: asked, settings } = slackManifest({ command: '/xoap', appId: 'A0123456789' });

    expect(asked.scopes.bot_optional).toContain('metadata.message:read');
    expect(settings.event_subscriptions).toEqual({
      bot_events: [
        'app_home_opened',
        'app_mention',
        'subteam_members_changed',
        'subteam_updated',
        'app_uninstalled',
        'tokens_revoked',
        'message_metadata_posted',
      ],
      metadata_subscriptions: [{ app_id: 'A0123456789', event_type: 'xoap_message' }],
    });
    expect(slackManifest({ command: '/xoap' }).oauth_config.scopes.bot_optional).toEqual([
      'files:read',
      'files:write',
      'users:read',
      'usergroups:read',
      'app_mentions:read',
    ]);
  });

  it('asks for no files where secrets are entered on a page', () => {
    const { scopes: asked } = slackManifest({ command: '/xoap', secretsInChat: false }).oauth_config;
    expect([...asked.bot, ...asked.bot_optional]).not.toContain('files:read');
  });

  it('rotates tokens and takes organisations only where any number of workspaces may install the app', () => {
    const url = 'https://bot.example.com';
    const one = slackManifest({ command: '/xoap', url });
    const many = slackManifest({ command: '/xoap', url, distributed: true });

    expect(one.settings).toMatchObject({ token_rotation_enabled: false, org_deploy_enabled: false });
    expect(many.settings).toMatchObject({ token_rotation_enabled: true, org_deploy_enabled: true });
    expect(one.oauth_config).not.toHaveProperty('redirect_urls');
    expect(many.oauth_config).toMatchObject({ redirect_urls: [`${url}/slack/oauth_redirect`] });
    expect(many.settings.event_subscriptions.bot_events).toEqual(expect.arrayContaining([...lifeEvents]));
  });

  it('names no address for Socket Mode', () => {
    const manifest = slackManifest({ command: '/xoap-test' });

    expect(JSON.stringify(manifest)).not.toContain('url');
    expect(manifest.settings.socket_mode_enabled).toBe(true);
    expect(manifest.features.slash_commands[0]?.command).toBe('/xoap-test');
  });

  it('asks for no scope that docs/security.md does not explain', async () => {
    const text = await readFile(new URL('../../../docs/security.md', import.meta.url), 'utf8');
    for (const [scope, reason] of Object.entries({ ...scopes, ...optionalScopes }))
      expect(text).toContain(`| \`${scope}\` | ${reason} |`);
  });
});
