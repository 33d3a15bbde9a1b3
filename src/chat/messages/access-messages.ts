import { type Action, roleFor } from '../../access/actions.ts';
import type { Holder } from '../../access/grants.ts';
import type { Standing } from '../../access/policy.ts';
import type { Role } from '../../access/roles.ts';
import { type Message, plainText, type Span, say } from '../model/message.ts';
import type { CommandSpan } from './command-messages.ts';

/** What each act is called where somebody may not do it. */
const deeds: Record<Action, string> = {
  'connection.list': 'Listing connections',
  'connection.show': 'Looking at a connection',
  'connection.verify': 'Verifying a connection',
  'connection.add': 'Adding a connection',
  'connection.change': 'Changing a connection',
  'connection.accept': 'Accepting what a connection lacks',
  'connection.remove': 'Removing a connection',
  'log.explain': 'Explaining a log',
  'log.decode': 'Decoding a message',
  'report.ask': 'Asking for a report',
  'report.list': 'Listing reports',
  'report.schedule': 'Scheduling a report',
  'report.change': 'Changing a report',
  'report.remove': 'Removing a report',
  'secret.link': 'Entering a secret',
  'access.change': 'Looking at roles and changing them',
  'audit.read': 'Reading the audit trail',
  'data.export': 'Exporting what is kept',
  'person.forget': 'Being forgotten',
  'workspace.delete': 'Deleting all that is kept',
  'workspace.install': 'Installing the bot',
  'workspace.end': 'Removing the bot',
  'workspace.revive': 'Installing the bot again',
  'workspace.erase': 'Deleting what is kept',
};

/** A role with its article. */
export const aRole: Record<Role, string> = { viewer: 'a viewer', operator: 'an operator', admin: 'an admin' };

function giversWords({ givers }: Standing): Span[] {
  if (givers.length === 0)
    return [
      ' Nobody is an admin here yet: whoever operates this bot names one in ',
      { code: 'XOAP_ADMINS' },
      '.',
    ];
  const named = givers.flatMap((person, at): Span[] => [at > 0 ? ', ' : '', { person }]);
  return [' ', ...named, givers.length === 1 ? ' can give it.' : ' can give it, each of them.'];
}

/** Said to whoever may not do something: which role it takes, which one they have, and who can give it. */
export function roleMissing(action: Action, standing: Standing, command: CommandSpan): Message {
  const spans: Span[] = [
    `${deeds[action]} takes the role `,
    { bold: roleFor(action) },
    `; here you are ${aRole[standing.role]}.`,
    ...giversWords(standing),
  ];
  if (standing.unsure.length > 0)
    spans.push(
      ' Whether you have it through a group could not be looked up just now; try again in a minute.',
    );
  if (standing.givers.length > 0) spans.push(' They use ', command('access'), '.');
  return { summary: plainText(spans), parts: [say(...spans)] };
}

/** The same where there is room for plain words only. */
export function roleMissingInAForm(action: Action, { role }: Standing, commandWord: string): string {
  return `${deeds[action]} takes the role ${roleFor(action)}; here you are ${aRole[role]}. “${commandWord} access” says who can give it.`;
}

/** Whom a role is given to. */
export function holderSpans({ kind, id }: Holder, groupNames: ReadonlyMap<string, string>): Span[] {
  if (kind === 'person') return [{ person: id }];
  if (kind === 'group') return ['members of ', { bold: groupNames.get(id) ?? id }];
  return [kind === 'channel' ? 'whoever acts in ' : 'members of ', { conversation: id }];
}

/** Said where roles cannot be changed in chat. */
export const rolesInFile = 'Roles stand in a file of whoever operates this bot, and are changed there.';

/** Said where nobody would be left who can give roles. */
export const lastAdmin =
  'This is the last admin here. Make somebody else admin first: without one nobody could give roles.';

/** Said where an act could not be written into the audit trail. */
export const notRecorded =
  'This could not be written into the audit trail, so it was not done. Whoever operates this bot finds the cause in its log.';
