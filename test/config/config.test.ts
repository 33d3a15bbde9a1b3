import { describe, expect, it } from 'vitest';
import { allSettings, readConfig } from '../../src/config/config.ts';
import { envExample } from '../../src/config/env-example.ts';

const enough = { SLACK_BOT_TOKEN: 'xoxb-fake', SLACK_SIGNING_SECRET: 'fake-signing-secret' };
const problemsOf = (environment: Record<string, string>): string => {
  try {
    readConfig(environment);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe('the settings', () => {
  it('start with a token and a signing secret alone', () => {
    expect(readConfig(enough)).toMatchObject({
      XOAP_PROCESS: 'all',
      XOAP_PORT: 3000,
      SLACK_COMMAND: '/xoap',
    });
  });

  it('take an empty variable for an absent one', () => {
    expect(readConfig({ ...enough, REDIS_URL: '', XOAP_PORT: ' ' })).toMatchObject({ XOAP_PORT: 3000 });
  });

  it('are refused with every problem in one list, unreadable and contradictory ones together', () => {
    const text = problemsOf({
      SLACK_APP_TOKEN: 'xapp-fake',
      SLACK_SIGNING_SECRET: 'fake-signing-secret',
      XOAP_PORT: 'many',
      XOAP_PROCESS: 'bot',
    });

    expect(text).toContain('XOAP_PORT:');
    expect(text).toContain('SLACK_BOT_TOKEN: is missing');
    expect(text).toContain('set one of the two');
    expect(text).toContain('REDIS_URL: is missing');
  });

  it.each([
    ['a generated encryption key', { NODE_ENV: 'production' }, 'XOAP_ENCRYPTION_KEYS: is missing'],
    [
      'a Slack that is not Slack',
      { NODE_ENV: 'production', SLACK_API_URL: 'http://127.0.0.1/api/' },
      'SLACK_API_URL',
    ],
    ['a key of the wrong length', { XOAP_ENCRYPTION_KEYS: 'c2hvcnQ=' }, 'must be 32 random bytes'],
    ['a user token', { SLACK_BOT_TOKEN: 'xoxp-fake' }, 'must be a bot token'],
    [
      'a name that is no setting',
      { XOAP_VSPHERE_ALLOWED_HOST: 'vcenter.example.com' },
      'XOAP_VSPHERE_ALLOWED_HOST: there is no such setting; did you mean XOAP_VSPHERE_ALLOWED_HOSTS?',
    ],
    [
      'a name that is near to none',
      { SLACK_WEBHOOK_ADDRESS: 'https://example.com' },
      'SLACK_WEBHOOK_ADDRESS: there is no such setting; take it away',
    ],
    [
      'an environment that is none',
      { NODE_ENV: 'prod' },
      'NODE_ENV: must be one of: production, development',
    ],
    [
      'an administrator by name',
      { XOAP_ADMINS: 'U012AB3CD, kim@example.com' },
      'XOAP_ADMINS: entry 2 is no id of a person',
    ],
    [
      'a page without an address',
      { XOAP_SECRET_INTAKE: 'link' },
      'XOAP_SECRET_INTAKE: link needs XOAP_PUBLIC_URL',
    ],
    ['a private Redis in production', { NODE_ENV: 'production' }, 'REDIS_URL: is missing; production'],
    ['a port that is none', { XOAP_PORT: 'many' }, 'XOAP_PORT: must be a whole number'],
    ['a port that is too high', { XOAP_PORT: '99999' }, 'XOAP_PORT: must be at most 65535'],
  ])('refuse %s', (_what, environment, problem) => {
    expect(problemsOf({ ...enough, ...environment })).toContain(problem);
  });

  it('take administrators of Slack and of Teams, and names that others read', () => {
    expect(
      problemsOf({
        ...enough,
        XOAP_ADMINS: 'U012AB3CD, W012AB3CD, 00000000-0000-4000-8000-00000000abcd',
        XOAP_NO_INSTALL: '1',
        XOAP_REDIS_IMAGE: 'redis:7.2-alpine',
        XOAP_TYPO: '',
      }),
    ).toBe('');
  });

  it('pass over what Kubernetes sets for services called xoap', () => {
    const ofServices = {
      XOAP_SERVICE_HOST: '192.0.2.1',
      XOAP_SERVICE_PORT: '3000',
      XOAP_SERVICE_PORT_HTTP: '3000',
      XOAP_PORT: 'tcp://192.0.2.1:3000',
      XOAP_PORT_3000_TCP: 'tcp://192.0.2.1:3000',
      XOAP_PORT_3000_TCP_ADDR: '192.0.2.1',
      XOAP_REDIS_SERVICE_HOST: '192.0.2.2',
      XOAP_REDIS_PORT_6379_TCP_PROTO: 'tcp',
    };
    expect(readConfig({ ...enough, ...ofServices })).toMatchObject({ XOAP_PORT: 3000 });
  });

  it('never repeat a value that may be a secret', () => {
    expect(
      problemsOf({ ...enough, SLACK_BOT_TOKEN: 'planted-secret', XOAP_ENCRYPTION_KEYS: 'planted-secret' }),
    ).not.toContain('planted');
  });
});

describe('the settings of Slack for several workspaces', () => {
  const several = {
    SLACK_CLIENT_ID: '1111.2222',
    SLACK_CLIENT_SECRET: 'fake-client-secret',
    SLACK_SIGNING_SECRET: 'fake-signing-secret',
    XOAP_PUBLIC_URL: 'https://bot.example.com',
  };
  const worker = { XOAP_PROCESS: 'worker', REDIS_URL: 'redis://127.0.0.1' };
  const { XOAP_PUBLIC_URL: _url, SLACK_SIGNING_SECRET: signing, ...pair } = several;

  it('are the client, and an address at which it is installed; a worker needs none', () => {
    expect(problemsOf(several)).toBe('');
    expect(problemsOf({ ...several, SLACK_SIGNING_SECRET: '', SLACK_APP_TOKEN: 'xapp-fake' })).toBe('');
    expect(problemsOf({ ...pair, ...worker })).toBe('');
    expect(readConfig(several)).toMatchObject({ XOAP_GRACE_DAYS: 30 });
  });

  it.each([
    [
      'a token beside it',
      { ...several, SLACK_BOT_TOKEN: 'xoxb-fake' },
      'SLACK_BOT_TOKEN and SLACK_CLIENT_ID: set',
    ],
    ['half of the pair', { ...several, SLACK_CLIENT_SECRET: '' }, 'SLACK_CLIENT_SECRET: is missing'],
    ['the other half', { ...several, SLACK_CLIENT_ID: '' }, 'SLACK_CLIENT_ID: is missing'],
    ['no address', { ...pair, SLACK_SIGNING_SECRET: signing }, 'XOAP_PUBLIC_URL: is missing'],
    ['an id that is none', { ...several, SLACK_CLIENT_ID: 'A0123' }, 'SLACK_CLIENT_ID: must be two numbers'],
    [
      'an address of this machine in production',
      { ...several, NODE_ENV: 'production', XOAP_PUBLIC_URL: 'http://localhost:3000' },
      'XOAP_PUBLIC_URL: must start with https://',
    ],
    [
      'a grace period below none',
      { ...several, XOAP_GRACE_DAYS: '-1' },
      'XOAP_GRACE_DAYS: must be at least 0',
    ],
  ])('refuse %s', (_what, environment, problem) => {
    expect(problemsOf(environment)).toContain(problem);
  });
});

describe('the settings of Teams', () => {
  const teams = {
    TEAMS_CLIENT_ID: '00000000-0000-4000-8000-00000000b071',
    TEAMS_CLIENT_SECRET: 'fake-client-secret',
    TEAMS_ALLOWED_TENANTS: '00000000-0000-4000-8000-0000000007e4',
  };
  const playground = { TEAMS_PLAYGROUND_URL: 'http://localhost:56150/_connector' };

  it('are enough alone, and go with those of Slack', () => {
    expect(problemsOf(teams)).toBe('');
    expect(problemsOf({ ...enough, ...teams })).toBe('');
  });

  it('do without a secret, in one tenant, where something else signs in', () => {
    const { TEAMS_CLIENT_SECRET: secret, ...others } = teams;
    const keyless = { ...others, TEAMS_TENANT_ID: teams.TEAMS_ALLOWED_TENANTS };
    const identity = { TEAMS_MANAGED_IDENTITY_CLIENT_ID: teams.TEAMS_CLIENT_ID };
    const federated = { TEAMS_FEDERATED: '1', XOAP_ISSUER_URL: 'https://bot.example.com' };
    for (const way of [identity, { TEAMS_MANAGED_IDENTITY_CLIENT_ID: 'system' }, federated]) {
      expect(problemsOf({ ...keyless, ...way })).toBe('');
      expect(problemsOf({ ...others, ...way })).toContain('TEAMS_TENANT_ID: is missing');
      expect(problemsOf({ ...keyless, ...way, TEAMS_CLIENT_SECRET: secret })).toMatch(
        /TEAMS_CLIENT_SECRET and .*: set one of them/,
      );
    }
    expect(problemsOf({ ...keyless, TEAMS_FEDERATED: '1' })).toContain(
      'TEAMS_FEDERATED: needs XOAP_ISSUER_URL',
    );
    expect(problemsOf({ ...keyless, TEAMS_MANAGED_IDENTITY_CLIENT_ID: 'xoap' })).toContain('or system');
    const usgov = { ...keyless, TEAMS_CLOUD: 'usgov' };
    expect(problemsOf({ ...usgov, ...identity })).toBe('');
    expect(problemsOf({ ...usgov, TEAMS_MANAGED_IDENTITY_CLIENT_ID: 'system' })).toContain('in this cloud');
    const local = { TEAMS_TEST_AUTHORITY: 'https://127.0.0.1:1' };
    expect(problemsOf({ ...teams, ...local, NODE_ENV: 'production' })).toContain(
      'TEAMS_TEST_AUTHORITY: production',
    );
  });

  it.each([
    ['no client id', { ...teams, TEAMS_CLIENT_ID: '' }, 'TEAMS_CLIENT_ID: is missing'],
    ['a client id that is none', { ...teams, TEAMS_CLIENT_ID: 'xoap' }, 'must be a GUID'],
    ['no secret', { ...teams, TEAMS_CLIENT_SECRET: '' }, 'TEAMS_CLIENT_SECRET: is missing'],
    ['no tenants', { ...teams, TEAMS_ALLOWED_TENANTS: '' }, 'TEAMS_ALLOWED_TENANTS: is missing'],
    [
      'requests without tokens from other machines',
      { ...teams, ...playground, XOAP_HOST: '0.0.0.0' },
      'XOAP_HOST must be 127.0.0.1',
    ],
    [
      'a playground elsewhere',
      { ...teams, TEAMS_PLAYGROUND_URL: 'https://playground.example.com' },
      'must be an address on this machine',
    ],
    [
      'a playground in production',
      { ...teams, ...playground, NODE_ENV: 'production' },
      'TEAMS_PLAYGROUND_URL: production talks to Microsoft itself only',
    ],
    [
      'an issuer of its own in production',
      { ...teams, TEAMS_TEST_ISSUER: 'http://127.0.0.1:1', NODE_ENV: 'production' },
      'TEAMS_TEST_ISSUER: production talks to Microsoft itself only',
    ],
  ])('refuse %s', (_what, environment, problem) => {
    expect(problemsOf(environment)).toContain(problem);
  });
});

describe('.env.example', () => {
  it('holds each variable with its sentence, and no other', async () => {
    for (const name of Object.keys(allSettings))
      expect(envExample()).toMatch(new RegExp(`^#${name}=.*$`, 'm'));
    await expect(envExample()).toMatchFileSnapshot('../../.env.example');
  });
});
