import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { defaultProfile, ProviderId } from '../catalog/profile.ts';

/** A named, stored credential with its target, owned by one workspace; the credential itself is kept sealed elsewhere. */
export const Connection = z.object({
  id: z.string(),
  workspaceId: z.string(),
  name: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  provider: ProviderId,
  target: z.record(z.string(), z.string()),
  /** What it is for, by the ids of profiles. */
  profiles: z.array(z.string()).min(1).default([defaultProfile]),
  profileOptions: z.array(z.string()),
  /** What was entered that is no secret and may be changed, such as a region, by the field. */
  settings: z.record(z.string(), z.string()).default({}),
  /** How it signs in where no secret is stored, by the provider's word for it. */
  keyless: z.string().optional(),
  /** What its credential is called where a worker holds it. */
  held: z.string().optional(),
  addedBy: z.string(),
  addedAt: z.iso.datetime(),
  /** Who last changed it since it was added, and when. */
  changedBy: z.string().optional(),
  changedAt: z.iso.datetime().optional(),
});
export type Connection = z.infer<typeof Connection>;

/** A new id that cannot be guessed. */
export function newConnectionId(): string {
  return `c-${randomBytes(15).toString('hex')}`;
}

/** The form in which names are compared: two names that look the same are the same. */
export function comparableName(name: string): string {
  return name.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
}

const controlCharacters = /[\p{Cc}\u2028\u2029]/u;

/** What a person says about a connection, whatever its provider. */
export const ConnectionDetails = z.object({
  name: z
    .string({ error: 'Enter a name, such as prod-eu.' })
    .trim()
    .min(1, 'Enter a name, such as prod-eu.')
    .max(80, 'A name has at most 80 characters.')
    .refine((name) => !controlCharacters.test(name), 'A name is one line without control characters.'),
  description: z.string().trim().max(500, 'A description has at most 500 characters.').default(''),
  tags: z
    .string()
    .default('')
    .transform((text) => [
      ...new Set(
        text
          .split(/[,;\n]/)
          .map((tag) => tag.trim())
          .filter(Boolean),
      ),
    ])
    .pipe(
      z
        .array(z.string().max(40, 'A tag has at most 40 characters.'))
        .max(10, 'A connection has at most 10 tags.'),
    ),
});
export type ConnectionDetails = z.infer<typeof ConnectionDetails>;
