import { count, type Message, type Part, type Span, say, sentence } from '../model/message.ts';
import { rolesInFile } from './access-messages.ts';

/** A button that answers the question for whoever asked, and for nobody who reads along. */
const button = (label: string, action: 'forget-me' | 'delete-workspace', askedBy: string): Part => ({
  kind: 'buttons',
  buttons: [{ label, action, value: askedBy, style: 'danger' }],
});

/** Said to whoever presses the button of a question that somebody else asked. */
export const othersQuestion = sentence(
  'This was asked by somebody else. Nothing was done; ask for yourself.',
);

/** What is kept of a person, before it goes. */
export type KeptOfPerson = {
  readonly askedBy: string;
  readonly connections: number;
  readonly reports: number;
  /** The role that was given to them in chat, and whether it goes. */
  readonly role: { readonly name: string; readonly goes: boolean } | undefined;
  /** Whether the operator's file has the roles. */
  readonly isFiled: boolean;
  /** Whether they are admin by the installation or by what the operator set. */
  readonly isFixedAdmin: boolean;
  /** Days for which the audit trail is kept; 0 for no end. */
  readonly auditDays: number;
};

const stays = (days: number): string =>
  days > 0
    ? `What you did stays in the audit trail under your id, until it is ${count(days, 'day')} old.`
    : 'What you did stays in the audit trail under your id.';

const roleStays = 'without it you could do more. An admin takes it.';

/** Says what goes, what stays and for how long, and asks. */
export function forgetQuestion(kept: KeptOfPerson): Message {
  const { askedBy, connections, reports, role, isFiled, isFixedAdmin, auditDays } = kept;
  const goes: Span[][] = [
    ['Your name, as far as it is kept, and that you opened the Home of this bot.'],
    ...(role?.goes ? [[`Your role, ${role.name}, and that you gave roles to others.`]] : []),
    [
      `${count(connections, 'connection')} and ${count(reports, 'report')} that you added are nobody’s then: only whoever was given the role operator or admin changes them. Reports mention you no more.`,
    ],
  ];
  return {
    summary: 'Shall this bot forget you?',
    parts: [
      say({ bold: 'What goes, at once' }),
      { kind: 'list', items: goes },
      say({ bold: 'What stays' }),
      {
        kind: 'list',
        items: [
          [stays(auditDays)],
          ...(role && !role.goes ? [[`Your role, ${role.name}: ${isFiled ? rolesInFile : roleStays}`]] : []),
          ...(isFixedAdmin
            ? [['That you are admin, since you installed the app or whoever operates this bot named you.']]
            : []),
          ['In Teams, the address of your chat with this bot.'],
          ['Who accepted what a connection lacks, until the day to which that counts.'],
          ['Messages of this bot that name you, which are your platform’s.'],
        ],
      },
      button('Forget me', 'forget-me', askedBy),
    ],
  };
}

/** What is kept of a workspace, before it goes. */
export type KeptOfWorkspace = {
  readonly askedBy: string;
  readonly connections: number;
  readonly reports: number;
  readonly auditDays: number;
};

/** Says what goes and what stays, and asks. */
export function deletionQuestion({ askedBy, connections, reports, auditDays }: KeptOfWorkspace): Message {
  const kept = auditDays > 0 ? `until it is ${count(auditDays, 'day')} old` : 'without an end';
  return {
    summary: 'Delete all that this bot keeps of this workspace?',
    parts: [
      say({ bold: 'Delete all that this bot keeps of this workspace?' }),
      {
        kind: 'list',
        items: [
          [
            `${count(connections, 'connection')} with their credentials and their histories, at once and for good.`,
          ],
          [
            `${count(reports, 'report')} with what they showed, all roles, and what is known of people and conversations.`,
          ],
          [`The audit trail stays, ${kept}. So do backups that were made, wherever they are.`],
          ['Nothing changes at providers: delete keys that only this bot used there.'],
          [
            'The app stays installed, and begins anew. Remove it from this workspace too, if it is to be over.',
          ],
        ],
      },
      button('Delete all of it', 'delete-workspace', askedBy),
    ],
  };
}
