import { randomBytes } from 'node:crypto';

/** Nobody else on the machine can know these, though the demo is given real credentials. */
const random = () => randomBytes(16).toString('hex');
export const signingSecret = random();
export const botToken = `xoxb-fake-${random()}`;
const people = ['kim', 'lee'] as const;
const tokens = Object.fromEntries(people.map((name) => [name, `xoxp-fake-${random()}`]));
/** The token of a person by name. */
export const tokenOf = (name: string) => tokens[name] ?? '';
export const userToken = tokenOf('kim');

/**
 * Emulate answers 5,000 calls of a token in an hour and then none, as no Slack does; it knows each of ours under several
 * names, which take turns.
 */
const namesOfToken = 50;
const named = (token: string, index: number) => `${token}-${index % namesOfToken}`;
let turn = 0;
/** What signs a call of emulate with a token of ours. */
export const bearer = (token: string) => {
  turn += 1;
  return `Bearer ${named(token, turn)}`;
};
const allNamesOf = (token: string) =>
  Array.from({ length: namesOfToken }, (_none, index) => named(token, index));

const scopes = ['commands', 'chat:write', 'chat:write.public', 'im:write', 'files:write', 'users:read'];

const scopesOfPeople = [
  'channels:history',
  'im:history',
  'channels:read',
  'im:read',
  'users:read',
  'chat:write',
  'files:read',
];
const bot = { app_id: 'A0XOAP', bot_id: 'B0XOAP', bot_user_id: 'U0XOAP' };

/** The workspace as emulate starts it. */
export function seed() {
  return {
    slack: {
      team: { name: 'Example', domain: 'example' },
      users: people.map((name) => ({
        name,
        real_name: `${name} example`.replace(/\b\w/g, (first) => first.toUpperCase()),
      })),
      channels: [{ name: 'images' }, { name: 'reports' }],
      oauth_apps: [
        {
          app_id: 'A0XOAP',
          client_id: '1.1',
          client_secret: 'fake',
          name: 'XOAP',
          redirect_uris: ['http://localhost/unused'],
          scopes,
          bot_id: 'B0XOAP',
          bot_user_id: 'U0XOAP',
          bot_name: 'xoap',
        },
      ],
      tokens: [
        ...allNamesOf(botToken).map((token) => ({ token, type: 'bot', ...bot, scopes })),
        ...people.flatMap((user) =>
          allNamesOf(tokenOf(user)).map((token) => ({
            token,
            type: 'user',
            user,
            app_id: 'A0XOAP',
            scopes: scopesOfPeople,
          })),
        ),
      ],
      signing_secret: signingSecret,
      strict_scopes: true,
    },
  };
}
