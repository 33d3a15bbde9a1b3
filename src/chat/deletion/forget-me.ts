import type { Access } from '../../access/access.ts';
import { type AuditTrail, recorded } from '../../access/audit.ts';
import type { Actor } from '../../access/policy.ts';
import { reaches } from '../../access/roles.ts';
import type { Connection } from '../../connections/connection.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import type { ScheduleStore } from '../../reports/schedule-store.ts';
import type { HomeVisitors } from '../delivery/home-visitors.ts';
import { answerAlone, type TellPrivately } from '../delivery/tell-privately.ts';
import { lastAdmin } from '../messages/access-messages.ts';
import { forgetQuestion, othersQuestion } from '../messages/deletion-messages.ts';
import type { ClickHandler, CommandHandler } from '../model/handlers.ts';
import { sentence } from '../model/message.ts';
import { replacementSaying, replyWith } from '../model/reply.ts';

/** Stands where somebody was named who is forgotten; nobody has this id. */
const nobody = 'forgotten';

export type ForgetMeDependencies = {
  readonly access: Pick<Access, 'rolesOf' | 'change'>;
  readonly store: Pick<ConnectionStore, 'all' | 'find' | 'update'>;
  readonly schedules: Pick<ScheduleStore, 'list' | 'change'>;
  readonly homeVisitors: Pick<HomeVisitors, 'forget'>;
  /** Forgets what the platform keeps of a person; absent where it keeps nothing. */
  readonly forgetPerson?: ((workspaceId: string, userId: string) => Promise<void>) | undefined;
  readonly tellPrivately: TellPrivately;
  readonly audit: AuditTrail;
  readonly auditDays: number;
};

/** Creates what forgets a person who asks for it: says what that means, and does it once they agree. */
export function createForgetMe(dependencies: ForgetMeDependencies) {
  const { access, store, schedules, homeVisitors, forgetPerson, tellPrivately } = dependencies;
  const { audit, auditDays } = dependencies;

  async function connectionsOf({ workspaceId, userId }: Actor): Promise<Connection[]> {
    const own: Connection[] = [];
    for await (const { connection } of store.all(workspaceId))
      if (connection && [connection.addedBy, connection.changedBy].includes(userId)) own.push(connection);
    return own;
  }

  async function reportsOf({ workspaceId, userId }: Actor) {
    const all = await schedules.list(workspaceId);
    return all.filter(({ addedBy, mentions }) => addedBy === userId || mentions.includes(userId));
  }

  /** What was given to a person. It goes only where they can do no more without it: nobody undoes what was taken from them. */
  async function roleOf({ workspaceId, userId }: Actor) {
    const { grants, everyone, fixedAdmins, isFiled } = await access.rolesOf(workspaceId);
    const name = grants.find(({ kind, id }) => kind === 'person' && id === userId)?.role;
    const others = [everyone, ...grants.flatMap(({ kind, role }) => (kind === 'channel' ? [role] : []))];
    const goes = !isFiled && name !== undefined && others.every((other) => reaches(name, other));
    return { role: name && { name, goes }, isFiled, isFixedAdmin: fixedAdmins.has(userId) };
  }

  /** Takes a person out of the roles that they gave to others. */
  async function leaveGrants(actor: Actor): Promise<void> {
    const { grants, isFiled } = await access.rolesOf(actor.workspaceId);
    if (isFiled) return;
    for (const { kind, id, role, by, at } of grants)
      if (by === actor.userId && at) await access.change(actor, { give: { kind, id, role, by: nobody, at } });
  }

  const command: CommandHandler = async (_argument, context) => {
    const { actor } = context;
    const [own, reports, standing] = await Promise.all([
      connectionsOf(actor),
      reportsOf(actor),
      roleOf(actor),
    ]);
    const added = ({ addedBy }: { readonly addedBy: string }) => addedBy === actor.userId;
    return answerAlone(
      tellPrivately,
      context,
      forgetQuestion({
        askedBy: actor.userId,
        connections: own.filter(added).length,
        reports: reports.filter(added).length,
        ...standing,
        auditDays,
      }),
    );
  };

  /** Takes a person out of one connection, also where somebody else changes it at that time. */
  async function leave(connection: Connection, userId: string): Promise<void> {
    const { workspaceId, id, addedBy, changedBy } = connection;
    const is = {
      ...connection,
      ...(addedBy === userId && { addedBy: nobody }),
      ...(changedBy === userId && { changedBy: nobody }),
    };
    if ((await store.update({ was: connection, is })) !== 'outdated') return;
    const newest = await store.find(workspaceId, id);
    if (newest) await leave(newest, userId);
  }

  async function forget(actor: Actor): Promise<'last-admin' | undefined> {
    const { workspaceId, userId } = actor;
    // First, since it is the one thing that may be refused.
    if ((await roleOf(actor)).role?.goes) {
      const outcome = await access.change(actor, { takeFrom: { kind: 'person', id: userId } });
      if (outcome === 'last-admin') return outcome;
    }
    await leaveGrants(actor);
    for (const connection of await connectionsOf(actor)) await leave(connection, userId);
    for (const { id } of await reportsOf(actor))
      await schedules.change(workspaceId, id, (schedule) => ({
        ...schedule,
        addedBy: schedule.addedBy === userId ? nobody : schedule.addedBy,
        mentions: schedule.mentions.filter((person) => person !== userId),
      }));
    await homeVisitors.forget(workspaceId, userId);
    await forgetPerson?.(workspaceId, userId);
    return undefined;
  }

  const click: ClickHandler = async ({ value: askedBy }, { actor }) => {
    if (askedBy !== actor.userId) return replyWith(othersQuestion);
    const outcome = await recorded(
      audit,
      { actor, action: 'person.forget' },
      () => forget(actor),
      (result) => result === undefined,
    );
    if (outcome === 'last-admin') return replyWith(sentence(lastAdmin));
    return replacementSaying(
      'You are forgotten. Whatever you do with this bot from now on, it knows you by that again.',
    );
  };

  return { command, click };
}
