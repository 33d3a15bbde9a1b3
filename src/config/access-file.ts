import { readFileSync } from 'node:fs';
import { isSlackPersonId } from '../../adapters/slack/settings.ts';
import { isTeamsPersonId } from '../../adapters/teams/settings.ts';
import type { FiledRoles } from '../access/access.ts';
import { type IdShapes, readAccessFile } from '../access/access-file.ts';
import { AppError } from '../errors.ts';

/** What the ids of each platform look like. */
const shapes: readonly IdShapes[] = [
  {
    startsWith: 'slack:',
    isPerson: isSlackPersonId,
    asSent: (id) => id,
    person: 'in Slack one looks like U012AB3CD (profile, ⋮, Copy member ID)',
    lists: ['groups'],
  },
  {
    startsWith: 'teams:',
    isPerson: isTeamsPersonId,
    asSent: (id) => id.toLowerCase(),
    person: 'in Teams it is the Entra object id, a GUID',
    lists: ['members'],
  },
];

/** Whether an id can be of a person in a workspace, by its platform. */
export const isPersonIn = (workspaceId: string, id: string): boolean =>
  shapes.some(({ startsWith, isPerson }) => workspaceId.startsWith(startsWith) && isPerson(id));

/** An id of a person as their platform sends it. */
export const personAsSent = (id: string): string =>
  shapes.find(({ isPerson }) => isPerson(id))?.asSent(id) ?? id;

/** What is wrong with a file with roles, a line each with its place; none where nothing is. Throws `config.invalid` where it cannot be read. */
export function accessFileProblems(path: string): string[] {
  const read = readAccessFile(contentOf(path), shapes);
  if ('roles' in read) return [];
  return read.mistakes.map(({ line, column, text }) => `${path}:${line}:${column}: ${text}`);
}

/** The roles in a file, by workspace. Throws `config.invalid` with everything that is wrong with it. */
export function loadAccessFile(path: string): ReadonlyMap<string, FiledRoles> {
  const read = readAccessFile(contentOf(path), shapes);
  if ('roles' in read) return read.roles;
  const problems = accessFileProblems(path).map((line) => `  - ${line}`);
  throw new AppError(`Cannot start with this XOAP_ACCESS_FILE:\n${problems.join('\n')}`, {
    code: 'config.invalid',
    hint: '"xoap config check FILE" says the same without a start.',
  });
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError(`XOAP_ACCESS_FILE: ${path} cannot be read`, { code: 'config.invalid', cause });
  }
}
