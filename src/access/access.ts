import type { Logger } from '../logger.ts';
import type { Grant, GrantStore, Holder } from './grants.ts';
import type { Actor, Standing } from './policy.ts';
import { higher, type Role, reaches, roles } from './roles.ts';

/** The roles of a workspace as the operator's file has them; nobody changes them in chat. */
export type FiledRoles = {
  readonly everyone?: Role | undefined;
  readonly grants: readonly Omit<Grant, 'by' | 'at'>[];
};

export type AccessDependencies = {
  readonly store: GrantStore;
  /** What stands in the operator's file, by workspace. */
  readonly filed: ReadonlyMap<string, FiledRoles>;
  /** People whom the operator made admins, as far as they can be of this workspace. */
  readonly adminsOf: (workspaceId: string) => readonly string[];
  /** Who installed the bot in a workspace, where that is known. */
  readonly installerOf: (workspaceId: string) => Promise<string | undefined>;
  /** What everybody is who was given nothing. */
  readonly everyone: Role;
  readonly logger: Logger;
};

/** Whether somebody is a member of a group or a conversation; rejects where that cannot be looked up in time. */
export type IsMember = (
  workspaceId: string,
  group: Holder & { readonly kind: 'group' | 'members' },
  userId: string,
) => Promise<boolean>;

/** The roles of a workspace, with who is admin besides. */
export type WorkspaceRoles = {
  /** Those with the highest role first. */
  readonly grants: readonly (Omit<Grant, 'by' | 'at'> & Partial<Grant>)[];
  readonly everyone: Role;
  /** Admins whom no change in chat touches, each with why. */
  readonly fixedAdmins: ReadonlyMap<string, 'settings' | 'installer' | 'file'>;
  readonly isFiled: boolean;
};

export type Access = {
  /** What a person may do in a conversation. */
  standingOf(
    actor: Actor,
    conversationId: string | undefined,
    isMember: IsMember | undefined,
  ): Promise<Standing>;
  /** The same where nothing has to be asked for it; undefined where something has to. */
  knownStanding(actor: Actor, conversationId: string | undefined): Standing | undefined;
  rolesOf(workspaceId: string): Promise<WorkspaceRoles>;
  /** Gives a role, or takes one away, for an admin; never the last admin's, and none that the operator's file sets. */
  change(by: Actor, change: Parameters<GrantStore['change']>[1]): Promise<'changed' | 'last-admin' | 'filed'>;
  /** Ends what keeps roles at hand. */
  close(): Promise<void>;
};

/** The roles of a workspace that are at hand, and those that are being read. */
type Kept = { usedAt: number; roles: WorkspaceRoles | undefined; readonly reading: Promise<WorkspaceRoles> };

/** Milliseconds after which a change that another process made counts here. */
const lookEveryMs = 2_000;
/** Milliseconds after which roles are not at hand any more that nobody asked for. */
const unusedMs = 600_000;
/** Admins who are named to whoever may not do something. */
const mostGivers = 3;

/** Whether people installed the bot here themselves: those of the settings are then of another workspace, and are not named here. */
export const hasInstaller = (fixed: WorkspaceRoles['fixedAdmins']): boolean =>
  [...fixed.values()].includes('installer');

/** Keeps the roles of workspaces at hand, so that no click waits for them, and tells what people may do. */
export function createAccess(dependencies: AccessDependencies): Access {
  const { store, filed, adminsOf, installerOf, everyone, logger } = dependencies;
  const kept = new Map<string, Kept>();
  let seen: string | undefined;

  async function read(workspaceId: string): Promise<WorkspaceRoles> {
    const file = filed.get(workspaceId);
    const [grants, installer] = await Promise.all([
      file ? file.grants : store.all(workspaceId),
      installerOf(workspaceId),
    ]);
    const inFile = (file?.grants ?? []).filter(({ kind, role }) => kind === 'person' && role === 'admin');
    return {
      grants: grants.toSorted((one, other) => roles.indexOf(other.role) - roles.indexOf(one.role)),
      everyone: file?.everyone ?? everyone,
      isFiled: file !== undefined,
      fixedAdmins: new Map([
        ...adminsOf(workspaceId).map((id) => [id, 'settings'] as const),
        // Whoever is admin by more than that is of this workspace.
        ...(installer ? [[installer, 'installer'] as const] : []),
        ...inFile.map(({ id }) => [id, 'file'] as const),
      ]),
    };
  }

  /** Reads the roles anew; until that is done, those from before are what is known. */
  function renew(workspaceId: string): Promise<WorkspaceRoles> {
    const before = kept.get(workspaceId);
    const entry: Kept = {
      usedAt: before?.usedAt ?? Date.now(),
      roles: before?.roles,
      reading: read(workspaceId),
    };
    kept.set(workspaceId, entry);
    entry.reading.then(
      (roles) => {
        const newest = kept.get(workspaceId);
        if (newest && (newest === entry || !newest.roles)) newest.roles = roles;
      },
      // Whoever asks next reads again.
      () => kept.get(workspaceId) === entry && kept.delete(workspaceId),
    );
    return entry.reading;
  }

  function rolesOf(workspaceId: string): Promise<WorkspaceRoles> {
    const known = kept.get(workspaceId);
    if (!known) return renew(workspaceId);
    known.usedAt = Date.now();
    return known.reading;
  }

  /** What a person is without asking who is in a group, and the groups whose members would be more. */
  function ownOf(
    { grants, fixedAdmins, everyone: all }: WorkspaceRoles,
    userId: string,
    conversationId?: string,
  ) {
    const inChannel = grants.find(({ kind, id }) => kind === 'channel' && id === conversationId);
    const person = grants.find(({ kind, id }) => kind === 'person' && id === userId);
    const given: Role | undefined = fixedAdmins.has(userId) ? 'admin' : person?.role;
    // A role that was given to a person counts, also where it is less than everybody's.
    const base = inChannel?.role ?? all;
    const role = given ?? base;
    const isGiven = given !== undefined || inChannel !== undefined;
    const groups = grants.filter(
      ({ kind, role: theirs }) =>
        (kind === 'group' || kind === 'members') && (!reaches(role, theirs) || (!isGiven && role === theirs)),
    );
    return { role, isGiven, groups };
  }

  const giversOf = ({ grants, fixedAdmins }: WorkspaceRoles): string[] => {
    const given = grants.filter(({ kind, role }) => kind === 'person' && role === 'admin');
    const fixed = [...fixedAdmins].filter(([, why]) => why !== 'settings' || !hasInstaller(fixedAdmins));
    return [...new Set([...given, ...fixed.map(([id]) => ({ id }))].map(({ id }) => id))].slice(
      0,
      mostGivers,
    );
  };

  async function look(): Promise<void> {
    try {
      const version = await store.version();
      for (const [workspaceId, { usedAt }] of kept)
        if (usedAt < Date.now() - unusedMs) kept.delete(workspaceId);
      if (version === seen) return;
      seen = version;
      await Promise.allSettled([...kept.keys()].map(renew));
      logger.debug({ version }, 'the roles are at hand');
    } catch (err) {
      logger.debug({ err }, 'whether roles have changed cannot be read now');
    }
  }
  void look();
  const timer = setInterval(look, lookEveryMs).unref();

  return {
    rolesOf,
    async standingOf({ workspaceId, userId }, conversationId, isMember) {
      const all = await rolesOf(workspaceId);
      const { groups, ...own } = ownOf(all, userId, conversationId);
      const found = await Promise.all(
        groups.map(async ({ kind, id, role }) => {
          const group = { kind: kind as 'group' | 'members', id };
          try {
            return { id, role: (await isMember?.(workspaceId, group, userId)) ? role : undefined };
          } catch (err) {
            logger.warn({ err, group: id }, 'the members of a group cannot be looked up now');
            return { id, role: 'unsure' as const };
          }
        }),
      );
      const theirs = found.flatMap(({ role }) => (role === undefined || role === 'unsure' ? [] : [role]));
      return {
        role: theirs.reduce(higher, own.role),
        isGiven: own.isGiven || theirs.length > 0,
        givers: giversOf(all),
        unsure: found.filter(({ role }) => role === 'unsure').map(({ id }) => id),
      };
    },
    knownStanding({ workspaceId, userId }, conversationId) {
      const all = kept.get(workspaceId)?.roles;
      if (!all) {
        // So that it is known next time.
        void rolesOf(workspaceId).catch(() => undefined);
        return undefined;
      }
      const { groups, ...own } = ownOf(all, userId, conversationId);
      return groups.length > 0 ? undefined : { ...own, givers: giversOf(all), unsure: [] };
    },
    async change({ workspaceId, userId }, change) {
      const { isFiled, fixedAdmins } = await rolesOf(workspaceId);
      if (isFiled) return 'filed';
      // Others of them may be people of another workspace, or have left; whoever asks is there.
      const outcome = await store.change(workspaceId, change, { keepsAdmin: !fixedAdmins.has(userId) });
      await renew(workspaceId);
      return outcome;
    },
    close: async () => clearInterval(timer),
  };
}
