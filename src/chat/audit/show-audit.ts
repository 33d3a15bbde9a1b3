import { z } from 'zod';
import type { AuditLog, AuditRecord, AuditTrail } from '../../access/audit.ts';
import type { Actor } from '../../access/policy.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import { tryJson } from '../../json.ts';
import type { ScheduleStore } from '../../reports/schedule-store.ts';
import { answerAlone, type TellPrivately } from '../delivery/tell-privately.ts';
import { auditMessage, type KnownNames } from '../messages/audit-messages.ts';
import type { ClickHandler, CommandHandler } from '../model/handlers.ts';
import { type Message, sentence } from '../model/message.ts';
import { replyWith } from '../model/reply.ts';
import { type Asked, askedIn } from './since.ts';

export type ShowAuditDependencies = {
  readonly auditLog: AuditLog;
  readonly audit: AuditTrail;
  readonly store: Pick<ConnectionStore, 'list' | 'find'>;
  readonly schedules: Pick<ScheduleStore, 'find'>;
  readonly tellPrivately: TellPrivately;
  readonly now: () => Date;
};

const pageSize = 15;
/** Connections whose names are looked for; a text that more names contain is looked for in the entries alone. */
const mostNamed = 200;

/** What the button for older entries carries. */
const Older = z.object({
  text: z.string(),
  since: z.coerce.date().optional(),
  before: z.string(),
});

/** Creates what shows the audit trail, page by page, for admins alone. */
export function createShowAudit(dependencies: ShowAuditDependencies) {
  const { auditLog, audit, store, schedules, tellPrivately, now } = dependencies;

  /** Whether an entry is about a text: who, what, or the connection that has it in its name. */
  async function matcher(workspaceId: string, text: string): Promise<(entry: AuditRecord) => boolean> {
    if (text === '') return () => true;
    const wanted = text.toLowerCase();
    const { connections } = await store.list({ workspaceId, match: text, limit: mostNamed });
    const named = new Set(connections.map(({ id }) => id));
    return ({ userId, action, outcome, detail = '', connectionId = '' }) =>
      named.has(connectionId) ||
      [userId, action, outcome, detail].some((field) => field.toLowerCase().includes(wanted));
  }

  async function namesIn(workspaceId: string, entries: readonly AuditRecord[]): Promise<KnownNames> {
    const connections = [...new Set(entries.flatMap(({ connectionId }) => connectionId ?? []))];
    const reports = [...new Set(entries.flatMap(({ scheduleId }) => scheduleId ?? []))];
    const found = await Promise.all([
      ...connections.map((id) => store.find(workspaceId, id)),
      ...reports.map((id) => schedules.find(workspaceId, id)),
    ]);
    return new Map(found.flatMap((each) => (each ? [[each.id, each.name]] : [])));
  }

  async function page({ workspaceId }: Actor, { text, since }: Asked, before?: string): Promise<Message> {
    const matches = await matcher(workspaceId, text);
    const entries: AuditRecord[] = [];
    for await (const entry of auditLog.newest({ workspaceId, since, before })) {
      if (matches(entry)) entries.push(entry);
      // One more tells whether there are any.
      if (entries.length > pageSize) break;
    }
    const shown = entries.slice(0, pageSize);
    const last = entries.length > pageSize ? shown.at(-1)?.id : undefined;
    return auditMessage({
      entries: shown,
      names: await namesIn(workspaceId, shown),
      asked: { text, since },
      older: last && JSON.stringify({ text, since, before: last }),
    });
  }

  const command: CommandHandler = async (argument, context) => {
    const { actor } = context;
    const asked = askedIn(argument, now());
    if ('problem' in asked) return replyWith(sentence(asked.problem));
    await audit.record({
      actor,
      action: 'audit.read',
      outcome: 'done',
      ...(argument && { detail: argument }),
    });
    return answerAlone(tellPrivately, context, await page(actor, asked));
  };

  const older: ClickHandler = async ({ value }, context) => {
    const wanted = tryJson(value, Older);
    if (!wanted) return replyWith(sentence('There is nothing older.'));
    const { before, text, since } = wanted;
    const { actor } = context;
    await audit.record({ actor, action: 'audit.read', outcome: 'done', detail: `${text} (older)`.trim() });
    return answerAlone(tellPrivately, context, await page(actor, { text, since }, before));
  };

  return { command, older };
}
