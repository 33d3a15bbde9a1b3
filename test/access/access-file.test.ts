import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AccessFile, readAccessFile } from '../../src/access/access-file.ts';
import { isPersonIn } from '../../src/config/access-file.ts';

const shapes = [
  {
    startsWith: 'slack:',
    isPerson: (id: string) => isPersonIn('slack:T1', id),
    asSent: (id: string) => id,
    person: 'like U012AB3CD',
    lists: ['groups'],
  },
  {
    startsWith: 'teams:',
    isPerson: (id: string) => isPersonIn('teams:1', id),
    asSent: (id: string) => id.toLowerCase(),
    person: 'a GUID',
    lists: ['members'],
  },
] as const;
const read = (text: string) => readAccessFile(text, shapes);
const mistakes = (text: string) => {
  const found = read(text);
  return 'mistakes' in found
    ? found.mistakes.map(({ line, column, text: what }) => `${line}:${column} ${what}`)
    : [];
};

describe('a file with roles', () => {
  it('is what the documentation shows', async () => {
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(await readFile('docs/access.md', 'utf8')) ?? [];
    const found = read(example);
    expect('roles' in found && [...found.roles]).toEqual([
      [
        'slack:T012AB3CD',
        {
          everyone: 'viewer',
          grants: [
            { kind: 'person', id: 'U012AB3CD', role: 'admin' },
            { kind: 'group', id: 'S012AB3CD', role: 'operator' },
            { kind: 'channel', id: 'C012AB3CD', role: 'operator' },
          ],
        },
      ],
      [
        'teams:00000000-0000-4000-8000-000000000001',
        {
          everyone: undefined,
          grants: [
            { kind: 'person', id: '00000000-0000-4000-8000-0000000000a1', role: 'operator' },
            { kind: 'members', id: '19:images@thread.tacv2', role: 'operator' },
          ],
        },
      ],
    ]);
  });

  it('has a published schema', async () => {
    const schema = `${JSON.stringify(z.toJSONSchema(AccessFile), null, 2)}\n`;
    await expect(schema).toMatchFileSnapshot('../../docs/access.schema.json');
  });

  it.each([
    ['', ['1:1 the file must have workspaces, a list']],
    ['workspaces: slack', ['1:13 workspaces is a list; each entry has an id and roles']],
    [
      'workspaces:\n  - id: T1\n',
      ['2:9 id is a workspace with its platform before it, such as slack:T012AB3CD'],
    ],
    ['workspaces:\n  - roles: []\n', ['2:5 id is missing: the workspace, such as slack:T012AB3CD']],
    [
      'workspaces:\n  - id: irc:T1\n',
      ['2:9 no platform is called like that; an id begins with slack: or teams:'],
    ],
    [
      'workspaces:\n  - id: slack:T1\n    everyone: admin\n    roles:\n      - role: boss\n        people: [kim]\n',
      ['3:15 everyone must be viewer or operator', '5:15 role must be one of: viewer, operator, admin'],
    ],
    [
      'workspaces:\n  - id: slack:T1\n    roles:\n      - role: admin\n        people:\n          - U012AB3CD\n          - kim\n        members: [x]\n',
      ['7:13 this is no id of a person; like U012AB3CD', '8:18 there are no members on this platform'],
    ],
    [
      'workspaces:\n  - id: slack:T1\n    roles:\n      - role: admin\n',
      ['4:9 nobody is named; add people, groups, members or channels'],
    ],
    ['workspaces:\n  - id: slack:T1\n  - id: slack:T1\n', ['3:9 this workspace stands here twice']],
    ['workspaces:\n  - id: slack:T1\n    owner: U1\n', ['3:12 there is no “owner” here']],
    ['workspaces: []\nworkspaces: []\n', [expect.stringMatching(/^2:1 Map keys must be unique/)]],
    ['workspaces:\n\t- id: slack:T1\n', [expect.stringMatching(/^2:1 /)]],
    ['a: &a [x]\nworkspaces: [*a, *a]\n', [expect.stringMatching(/^1:/)]],
  ])('is refused with the place of each mistake: %j', (text, expected) => {
    expect(mistakes(text)).toEqual(expected);
  });
});
