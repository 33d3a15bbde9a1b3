import { z } from 'zod';
import { roles } from './roles.ts';

/**
 * Whom a role is given to: a person; the members of a user group; the members of a conversation, where a platform tells
 * them; and a channel, which says what whoever has no role of their own may do there.
 */
export const subjectKinds = ['person', 'group', 'members', 'channel'] as const;
export type SubjectKind = (typeof subjectKinds)[number];
export type Holder = { readonly kind: SubjectKind; readonly id: string };

export const Grant = z.object({
  kind: z.enum(subjectKinds),
  id: z.string().min(1),
  role: z.enum(roles),
  /** Who gave it, and when. */
  by: z.string(),
  at: z.string(),
});
export type Grant = z.infer<typeof Grant>;

/** What the roles of a workspace are, as they were given in chat. */
export type GrantStore = {
  all(workspaceId: string): Promise<Grant[]>;
  /**
   * Gives a role in place of one before, or takes it away. Where `keepsAdmin` is set, in the same step it makes sure that a
   * person is left who is admin, and changes nothing otherwise.
   */
  change(
    workspaceId: string,
    change: { readonly give: Grant } | { readonly takeFrom: Holder },
    options: { readonly keepsAdmin: boolean },
  ): Promise<'changed' | 'last-admin'>;
  /** Changes with every change of any workspace. */
  version(): Promise<string>;
};
