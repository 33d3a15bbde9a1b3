import type { Action } from '../../access/actions.ts';
import type { AuditRecord } from '../../access/audit.ts';
import { type Button, type Message, type Part, type Span, say, typed } from '../model/message.ts';

/** What was done, in words that follow a person's name. */
const deeds: Record<Action, string> = {
  'connection.list': 'listed connections',
  'connection.show': 'looked at',
  'connection.verify': 'verified',
  'connection.add': 'added',
  'connection.change': 'changed',
  'connection.accept': 'accepted what is missing of',
  'connection.remove': 'removed',
  'log.explain': 'had a log explained',
  'log.decode': 'had a message decoded with',
  'report.ask': 'asked for a report',
  'report.list': 'listed reports',
  'report.schedule': 'scheduled a report',
  'report.change': 'changed a report',
  'report.remove': 'removed a report',
  'secret.link': 'used a page for a secret',
  'access.change': 'changed roles',
  'audit.read': 'read the audit trail',
  'data.export': 'exported',
  'person.forget': 'was forgotten',
  'workspace.delete': 'deleted all that is kept',
  'workspace.install': 'installed the bot',
  'workspace.end': 'ended the workspace',
  'workspace.revive': 'took the workspace up again',
  'workspace.erase': 'deleted what was kept',
};

const outcomes: Record<AuditRecord['outcome'], string> = {
  done: 'done',
  refused: 'refused',
  failed: 'came to nothing',
};

/** What is known of the connections and reports in entries, by their ids. */
export type KnownNames = ReadonlyMap<string, string>;

/** People have ids of their platform; what the bot or the platform did has a word. */
const who = (userId: string): Span =>
  /^(xoap|slack|teams|forgotten)$/.test(userId) ? { bold: userId } : { person: userId, quietly: true };

function rowOf({ at, userId, action, outcome, ...entry }: AuditRecord, names: KnownNames): Span[][] {
  const { connectionId, scheduleId, detail } = entry;
  const id = connectionId ?? scheduleId;
  const name = id === undefined ? undefined : names.get(id);
  const about = name === undefined ? [] : [' ', { bold: typed(name) }];
  // What is gone is known by the name that was written down then.
  const more = detail && detail !== name ? [about.length > 0 || !id ? ': ' : ' ', typed(detail)] : [];
  return [
    [{ time: at.toISOString(), withDate: true }],
    [who(userId)],
    [deeds[action], ...about, ...more],
    [outcomes[outcome]],
  ];
}

export type AuditPage = {
  readonly entries: readonly AuditRecord[];
  readonly names: KnownNames;
  readonly asked: { readonly text: string; readonly since: Date | undefined };
  /** What the button for older ones carries; absent where there are none. */
  readonly older?: string | undefined;
};

/** One page of what was written, the newest first. */
export function auditMessage({ entries, names, asked: { text, since }, older }: AuditPage): Message {
  const about: Span[] = [
    ...(text ? [` with “${typed(text)}”`] : []),
    ...(since ? [' since ', { time: since.toISOString(), withDate: true } as const] : []),
  ];
  if (entries.length === 0) {
    const none = say('Nothing is written in the audit trail', ...about, '.');
    return { summary: 'Nothing is written in the audit trail.', parts: [none] };
  }
  const button: Button = { label: 'Show older', action: 'audit-older', value: older ?? '' };
  const more: Part[] = older ? [{ kind: 'buttons', buttons: [button] }] : [];
  return {
    summary: 'Who did what',
    parts: [
      say({ bold: 'Who did what' }, ...about),
      {
        kind: 'table',
        columns: ['When', 'Who', 'What', 'Outcome'],
        rows: entries.map((entry) => rowOf(entry, names)),
      },
      ...more,
    ],
  };
}
