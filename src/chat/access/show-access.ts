import { type Access, hasInstaller, type WorkspaceRoles } from '../../access/access.ts';
import type { Groups } from '../delivery/chat-adapter.ts';
import { holderSpans, rolesInFile } from '../messages/access-messages.ts';
import type { CommandHandler } from '../model/handlers.ts';
import { type Message, type Part, type Span, say } from '../model/message.ts';
import { replyWith } from '../model/reply.ts';

export type ShowAccessDependencies = {
  readonly access: Pick<Access, 'rolesOf'>;
  readonly groups?: Groups | undefined;
};

const fixedWords = {
  settings: ['the operator, in ', { code: 'XOAP_ADMINS' }],
  installer: ['the installation: they installed the bot'],
  file: ['the operator, in a file'],
} satisfies Record<string, Span[]>;

/** The names of groups, where the platform tells them. */
export async function groupNames(
  groups: Groups | undefined,
  workspaceId: string,
): Promise<ReadonlyMap<string, string>> {
  const known = await groups?.list?.(workspaceId).catch(() => []);
  return new Map((known ?? []).map(({ id, name }) => [id, name]));
}

function rowsOf({ grants, fixedAdmins }: WorkspaceRoles, names: ReadonlyMap<string, string>): Span[][][] {
  const isNamed = (why: keyof typeof fixedWords) => why !== 'settings' || !hasInstaller(fixedAdmins);
  const fixed = [...fixedAdmins]
    .filter(([, why]) => isNamed(why))
    .map(([person, why]): Span[][] => [[{ person }], ['admin'], fixedWords[why]]);
  const given = grants
    .filter(({ kind, id }) => !(kind === 'person' && fixedAdmins.has(id)))
    .map(({ by, at, ...grant }): Span[][] => [
      holderSpans(grant, names),
      [grant.role],
      by && at ? [{ person: by }, ', ', { time: at, withDate: true }] : fixedWords.file,
    ]);
  return [...fixed, ...given];
}

/** Who has which role in a workspace. */
export function accessMessage(all: WorkspaceRoles, names: ReadonlyMap<string, string>): Message {
  const { everyone, isFiled } = all;
  const rows = rowsOf(all, names);
  const title = 'Who may do what';
  return {
    summary: title,
    parts: [
      say({ bold: title }),
      say(
        'Whoever is not named here is ',
        { bold: everyone },
        everyone === 'operator' ? ', and changes what they added themselves.' : '.',
      ),
      ...(rows.length > 0 ? [{ kind: 'table', columns: ['Who', 'Role', 'Given by'], rows } as const] : []),
      {
        kind: 'detail',
        spans: [
          'A viewer lists, looks and verifies. An operator adds, edits, rotates, removes and schedules too. An admin does everything, and gives roles.',
        ],
      },
      ...(isFiled ? [say(rolesInFile)] : []),
    ],
  };
}

const changeButton: Part = {
  kind: 'buttons',
  buttons: [{ label: 'Give or take a role…', action: 'change-access', value: '', style: 'primary' }],
};

/** Creates what shows the roles, with a button to change them where they can be changed in chat. */
export function createShowAccess({ access, groups }: ShowAccessDependencies): CommandHandler {
  return async (_argument, { actor: { workspaceId } }) => {
    const [all, names] = await Promise.all([access.rolesOf(workspaceId), groupNames(groups, workspaceId)]);
    const { parts, ...message } = accessMessage(all, names);
    return replyWith({ ...message, parts: all.isFiled ? parts : [...parts, changeButton] });
  };
}
