import type { Role } from './roles.ts';

/** Everything that people do, with the role that it takes. */
const taken = {
  'connection.list': 'viewer',
  'connection.show': 'viewer',
  'connection.verify': 'viewer',
  'connection.add': 'operator',
  'connection.change': 'operator',
  'connection.accept': 'operator',
  'connection.remove': 'operator',
  /** A text is read that somebody gives: what a build printed. */
  'log.explain': 'viewer',
  /** A provider is asked what its own message in such a text says, as whoever a connection signs in. */
  'log.decode': 'viewer',
  'report.ask': 'viewer',
  'report.list': 'viewer',
  'report.schedule': 'operator',
  'report.change': 'operator',
  'report.remove': 'operator',
  /** A secret is entered on a page of the bot's. */
  'secret.link': 'operator',
  /** A role is given or taken away, or it is looked who has which. */
  'access.change': 'admin',
  /** It is read who did what. */
  'audit.read': 'admin',
  /** All that is kept of a kind leaves as a file. */
  'data.export': 'admin',
  /** Whoever asks is forgotten. */
  'person.forget': 'viewer',
  /** All that is kept of the workspace is deleted, as an admin asked. */
  'workspace.delete': 'admin',
  // Of the workspace itself; nobody asks for these in chat.
  'workspace.install': 'admin',
  'workspace.end': 'admin',
  'workspace.revive': 'admin',
  'workspace.erase': 'admin',
} as const satisfies Record<string, Role>;

export type Action = keyof typeof taken;

export const isAction = (text: string): text is Action => Object.hasOwn(taken, text);

/** The role that an act takes. */
export const roleFor = (action: Action): Role => taken[action];
