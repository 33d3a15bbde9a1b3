import { z } from 'zod';
import { Level, minimumOf, type Profile } from '../../catalog/profile.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Remediation } from '../../verification/verification.ts';
import { BadInput } from '../bad-input.ts';

const Source = z.object({ title: z.string(), url: z.url(), date: z.iso.date() });

/** What a profile asks for, for machines; `docs/permissions.schema.json` is made of it. */
export const Permissions = z
  .object({
    provider: z.string(),
    profile: z.string().describe('The id of the profile.'),
    title: z.string(),
    version: z.string().describe('The month in which its requirements were changed last.'),
    example: z.boolean(),
    documentation: Source,
    options: z.array(z.object({ id: z.string(), label: z.string(), hint: z.string() })),
    requirements: z.array(
      z.object({
        id: z.string().describe('What the provider calls it; it stays the same between versions.'),
        name: z.string(),
        group: z.string(),
        level: Level,
        when: z.array(z.string()).optional().describe('Counts only with one of these options.'),
        unless: z.array(z.string()).optional().describe('Does not count with one of these options.'),
        on: z.array(z.string()).optional().describe('What it is needed on, where that is not everything.'),
        step: z.string(),
        without: z.string(),
        source: Source,
      }),
    ),
  })
  .meta({ id: 'Permissions', title: 'Permissions' });

/** What is printed. */
export type Printed = { readonly provider: Provider; readonly profile: Profile };

function asJson({ provider, profile }: Printed): string {
  const { id, title, version, isExample: example, documentation, options, requirements } = profile;
  const all = requirements.map(({ documentedAs: _documentedAs, step, ...entry }) => ({
    ...entry,
    step: step.title,
    without: step.without,
  }));
  const printed = {
    provider: provider.id,
    profile: id,
    title,
    version,
    example,
    documentation,
    options,
    requirements: all,
  };
  return JSON.stringify(Permissions.parse(printed), null, 2);
}

const cell = (text: string) => text.replaceAll('|', '\\|');

function asMarkdown({ provider, profile }: Printed): string {
  const { title, version, isExample, documentation, requirements, words } = profile;
  const rows = requirements.map(({ id, name, group, level, when, unless, on, step }) => {
    const counts = [when && `with ${when.join(' or ')}`, unless && `not with ${unless.join(' or ')}`];
    const remarks = [level, ...counts.filter(Boolean)].join(', ');
    const where = [group, ...(on ?? [])].join(' · ');
    return `| \`${id}\` | ${[name, where, remarks, step.title].map(cell).join(' | ')} |`;
  });
  return [
    `# ${title} in ${provider.label}`,
    '',
    `What ${words.noun} need: ${minimumOf(profile).length} requirements, and what options add. As of ${version}${isExample ? '; an example' : ''}.`,
    '',
    '| Id | Name | Group | Level | Step |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `Documentation: [${documentation.title}](${documentation.url}), as of ${documentation.date}`,
  ].join('\n');
}

/** What stands for each format among what a provider gives to copy. */
const snippets = {
  policy: ({ format }) => format === 'json',
  terraform: ({ format }) => format === 'hcl',
  bicep: ({ format }) => format === 'bicep',
  gcloud: ({ format, text }) => format === 'shell' && text.startsWith('gcloud '),
  govc: ({ format, text }) => format === 'shell' && text.startsWith('govc '),
  az: ({ format, text }) => format === 'shell' && text.startsWith('az '),
  powercli: ({ format }) => format === 'powershell',
} satisfies Record<string, (remediation: Remediation) => boolean>;
type SnippetFormat = keyof typeof snippets;
const snippetFormats = Object.keys(snippets) as SnippetFormat[];

export type PermissionsFormat = SnippetFormat | 'json' | 'markdown';
export const permissionsFormats: readonly PermissionsFormat[] = ['json', 'markdown', ...snippetFormats];

/** What a profile asks for in a format. Throws `BadInput` where the provider has nothing in that one. */
export function writePermissions(format: PermissionsFormat, printed: Printed): string {
  if (format === 'json') return asJson(printed);
  if (format === 'markdown') return asMarkdown(printed);
  const { provider, profile } = printed;
  const all = provider.documented(profile);
  const found = all.find(snippets[format]);
  if (found) return found.text;
  const others = snippetFormats.filter((each) => all.some(snippets[each]));
  throw new BadInput(
    `There is no ${format} of ${profile.title} in ${provider.label}. There are: ${['json', 'markdown', ...others].join(', ')}.`,
  );
}
