import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Connection } from '../connections/connection.ts';
import { Timing } from './timing.ts';

/** The connections that a report is about; `all` and `tags` are looked up anew for each report. */
const narrowed = {
  /** Only those that are for this profile, by its id; whatever they are for where absent. */
  profile: z.string().optional(),
};
export const Selection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all'), ...narrowed }),
  z.object({ kind: z.literal('tags'), tags: z.array(z.string()).min(1), ...narrowed }),
  z.object({ kind: z.literal('chosen'), connectionIds: z.array(z.string()).min(1), ...narrowed }),
]);
export type Selection = z.infer<typeof Selection>;

/** What counts in a report: what each connection asks for, or the documented minimum without any profile option. */
export const ReportProfile = z.enum(['own', 'minimum']);
export type ReportProfile = z.infer<typeof ReportProfile>;

/** When a report speaks. */
export const Speak = z.enum(['always', 'on-change', 'not-ready']);
export type Speak = z.infer<typeof Speak>;

/** A report that comes by itself, owned by one workspace. */
export const Schedule = z.object({
  id: z.string(),
  workspaceId: z.string(),
  name: z.string(),
  selection: Selection,
  timing: Timing,
  conversationId: z.string(),
  profile: ReportProfile,
  speak: Speak,
  /** Who is mentioned in each report, by the platform's ids of people. */
  mentions: z.array(z.string()),
  addedBy: z.string(),
  addedAt: z.iso.datetime(),
  /** Since when it is due at its times: what was due before is not made up for. */
  activeSince: z.iso.datetime(),
  /** Why it does not come; absent while it does. */
  paused: z.enum(['asked', 'cannot-post', 'workspace-ended']).optional(),
  snoozedUntil: z.iso.datetime().optional(),
});
export type Schedule = z.infer<typeof Schedule>;

/** A new id that cannot be guessed. */
export function newScheduleId(): string {
  return `s-${randomBytes(15).toString('hex')}`;
}

/** Whether a connection is among those that a report is about. */
export function isSelected(
  selection: Selection,
  { id, tags, profiles }: Pick<Connection, 'id' | 'tags' | 'profiles'>,
): boolean {
  if (selection.profile !== undefined && !profiles.includes(selection.profile)) return false;
  switch (selection.kind) {
    case 'all':
      return true;
    case 'tags': {
      const wanted = selection.tags.map((tag) => tag.toLowerCase());
      return tags.some((tag) => wanted.includes(tag.toLowerCase()));
    }
    case 'chosen':
      return selection.connectionIds.includes(id);
    default:
      return selection satisfies never;
  }
}
