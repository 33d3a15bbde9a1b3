import type { Access, IsMember } from '../access/access.ts';
import type { Action } from '../access/actions.ts';
import type { AuditTrail } from '../access/audit.ts';
import { type Actor, permits, type Standing } from '../access/policy.ts';

/** Who asks, and where. */
type Asking = { readonly actor: Actor; readonly conversationId: string };

/** Who asks, with what they may do there; and whether that is enough. */
export type Admission = {
  readonly actor: Actor & { readonly standing: Standing };
  readonly isRefused: boolean;
};

export type GateDependencies = {
  readonly access: Pick<Access, 'standingOf' | 'knownStanding'>;
  readonly isMember?: IsMember | undefined;
  readonly audit: AuditTrail;
};

/** Holds every command, click and form against the role of who asks; what they may do to one thing is asked where it is known. */
export type Gate = {
  /** Looks the role up. A refusal is recorded. */
  admit(asking: Asking, action: Action | undefined): Promise<Admission>;
  /** The same of what is at hand; undefined where something has to be looked up first. */
  admitNow(asking: Asking, action: Action | undefined): Admission | undefined;
};

/** Creates the gate. */
export function createGate({ access, isMember, audit }: GateDependencies): Gate {
  function admission(asking: Actor, standing: Standing, action: Action | undefined): Admission {
    const actor = { ...asking, standing };
    return { actor, isRefused: action !== undefined && !permits(actor, action) };
  }

  return {
    async admit({ actor, conversationId }, action) {
      const standing = await access.standingOf(actor, conversationId, isMember);
      const found = admission(actor, standing, action);
      if (found.isRefused && action)
        await audit.record({ actor, action, outcome: 'refused', detail: `the role is ${standing.role}` });
      return found;
    },
    admitNow({ actor, conversationId }, action) {
      const standing = access.knownStanding(actor, conversationId);
      return standing && admission(actor, standing, action);
    },
  };
}
