import { z } from 'zod';

/** What a setting is for; `.env.example` has a heading for each. */
export type SettingGroup = 'slack' | 'teams' | 'production' | 'anywhere' | 'tests';

/** Settings by the names of their variables, each with its sentence and its group. */
export type Settings = Readonly<Record<string, z.ZodType>>;

/** Problems of settings that cannot be together, each a line that begins with a name; read off the texts as they were set. */
export type Contradictions = (set: Readonly<Record<string, string | undefined>>) => string[];

/** Declares a setting: what it is for, and a sentence about it. */
export function setting<Schema extends z.ZodType>(
  group: SettingGroup,
  sentence: string,
  schema: Schema,
): Schema {
  return schema.meta({ description: sentence, group }) as Schema;
}

/** What a setting is for, as it was declared. */
export const groupOf = (schema: z.ZodType): SettingGroup => schema.meta()?.group as SettingGroup;

export const wholeNumber = z.coerce.number().int();

/** The entries of a list that is separated by commas. */
export const entries = (text: string) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);

/** A user in an address would reach logs and messages; none of these takes one. */
const withoutUser = (text: string) => {
  const address = URL.parse(text);
  return !address?.username && !address?.password;
};
const noUser = { error: 'must not hold a user or a password' };

export const httpsUrl = z
  .url({ protocol: /^https$/, error: 'must be an address that starts with https://' })
  .refine(withoutUser, noUser);

/** An address inside of the operator's own network, where not everything speaks TLS. */
export const plainUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address that starts with http:// or https://' })
  .refine(withoutUser, noUser);

export const loopbackUrl = z.url({
  protocol: /^http$/,
  hostname: /^(localhost|127\.0\.0\.1)$/,
  error: 'must be an address on this machine, such as http://localhost:56150',
});
