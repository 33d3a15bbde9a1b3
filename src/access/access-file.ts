import { z } from 'zod';
import { type Mistake, type Path, readLocated } from '../located-yaml.ts';
import type { FiledRoles } from './access.ts';
import type { Holder } from './grants.ts';
import { roles } from './roles.ts';

/** What the ids of a platform look like; the platform knows. */
export type IdShapes = {
  /** What its workspace ids begin with, such as `slack:`. */
  readonly startsWith: string;
  readonly isPerson: (id: string) => boolean;
  /** An id of a person as the platform sends it. */
  readonly asSent: (id: string) => string;
  /** What one looks like, in words. */
  readonly person: string;
  /** Which of `groups` and `members` it has. */
  readonly lists: readonly ('groups' | 'members')[];
};

const ids = (what: string) =>
  z
    .array(z.string({ error: `${what} are ids, each a text` }).min(1, `an id of ${what} is empty`), {
      error: `${what} is a list of ids`,
    })
    .min(1, `${what} is empty; take the line away`)
    .optional();

const Given = z
  .strictObject({
    role: z
      .enum(roles, { error: `role must be one of: ${roles.join(', ')}` })
      .describe('What they may do: viewer, operator or admin.'),
    people: ids('people').describe('Ids of people.'),
    groups: ids('groups').describe('Slack: ids of user groups, whose members have the role.'),
    members: ids('members').describe('Teams: ids of conversations, whose members have the role everywhere.'),
    channels: ids('channels').describe(
      'Ids of conversations: what whoever has no role of their own may do there.',
    ),
  })
  .refine(({ people, groups, members, channels }) => people ?? groups ?? members ?? channels, {
    error: 'nobody is named; add people, groups, members or channels',
  });

const Workspace = z.strictObject({
  id: z
    .string({ error: 'id is missing: the workspace, such as slack:T012AB3CD' })
    .regex(/^[a-z]+:\S+$/, 'id is a workspace with its platform before it, such as slack:T012AB3CD')
    .describe('The workspace: slack: and its id, or teams: and the id of the tenant.'),
  everyone: z
    .enum(['viewer', 'operator'], { error: 'everyone must be viewer or operator' })
    .optional()
    .describe('What everybody is who is not named; XOAP_OPERATORS where this is not set.'),
  roles: z.array(Given, { error: 'roles is a list; each entry has a role and whom it is for' }).default([]),
});

/** The shape of the file; `docs/access.schema.json` is made of it. */
export const AccessFile = z.strictObject(
  {
    workspaces: z
      .array(Workspace, { error: 'workspaces is a list; each entry has an id and roles' })
      .describe('What stands here of a workspace wins over what is given in chat.'),
  },
  { error: 'the file must have workspaces, a list' },
);

const kinds = { people: 'person', groups: 'group', members: 'members', channels: 'channel' } as const;
type ListName = keyof typeof kinds;
const listNames = Object.keys(kinds) as ListName[];

/** What YAML cannot tell by itself: ids of the wrong platform, and workspaces that stand twice. */
function meaningProblems(file: z.infer<typeof AccessFile>, shapes: readonly IdShapes[]): [Path, string][] {
  return file.workspaces.flatMap(({ id, roles: given }, at): [Path, string][] => {
    const here: Path = ['workspaces', at];
    const shape = shapes.find(({ startsWith }) => id.startsWith(startsWith));
    if (!shape) {
      const known = shapes.map(({ startsWith }) => startsWith).join(' or ');
      return [[[...here, 'id'], `no platform is called like that; an id begins with ${known}`]];
    }
    const isTwice = file.workspaces.findIndex((each) => each.id === id) < at;
    const strangers = given.flatMap((entry, place) =>
      (entry.people ?? []).flatMap((person, index): [Path, string][] =>
        shape.isPerson(person)
          ? []
          : [[[...here, 'roles', place, 'people', index], `this is no id of a person; ${shape.person}`]],
      ),
    );
    const missing = given.flatMap((entry, place) =>
      (['groups', 'members'] as const).flatMap((list): [Path, string][] =>
        entry[list] && !shape.lists.includes(list)
          ? [[[...here, 'roles', place, list], `there are no ${list} on this platform`]]
          : [],
      ),
    );
    return [
      ...(isTwice ? [[[...here, 'id'], 'this workspace stands here twice'] as [Path, string]] : []),
      ...strangers,
      ...missing,
    ];
  });
}

/** Reads a file with roles; everything that is wrong with it, where something is, the first first. */
export function readAccessFile(
  text: string,
  shapes: readonly IdShapes[],
): { readonly roles: ReadonlyMap<string, FiledRoles> } | { readonly mistakes: readonly Mistake[] } {
  const read = readLocated(text, AccessFile);
  if ('mistakes' in read) return read;
  const problems = meaningProblems(read.value, shapes);
  if (problems.length > 0) return { mistakes: read.locate(problems) };
  const sent = (workspace: string, kind: Holder['kind'], id: string) => {
    const shape = shapes.find(({ startsWith }) => workspace.startsWith(startsWith));
    return kind === 'person' ? (shape?.asSent(id) ?? id) : id;
  };
  return {
    roles: new Map(
      read.value.workspaces.map(({ id: workspace, everyone, roles: given }) => [
        workspace,
        {
          everyone,
          grants: given.flatMap((entry) =>
            listNames.flatMap((list) =>
              (entry[list] ?? []).map((holder) => ({
                kind: kinds[list],
                id: sent(workspace, kinds[list], holder),
                role: entry.role,
              })),
            ),
          ),
        },
      ]),
    ),
  };
}
