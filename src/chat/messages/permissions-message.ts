import { minimumOf, type Profile } from '../../catalog/profile.ts';
import { documentedProfile } from '../../providers/profiles.ts';
import type { Provider, Providers } from '../../providers/provider.ts';
import {
  type Button,
  count,
  type Message,
  type Part,
  type Span,
  say,
  sentence,
  typed,
} from '../model/message.ts';
import { snippetParts } from './finding-messages.ts';

/** What tools keep as code is for files and not for chat: the command line prints it. */
const asCode: readonly string[] = ['hcl', 'bicep'];

/** Buttons that lead to other profiles: a row has room for few. */
const mostOthers = 4;

const exampleNote =
  'This profile is an example of how one is made: hold it against what your scripts and builds really do before you rely on it.';

/** Ids in one line, as code. */
const codes = (ids: readonly string[]): Span[] =>
  ids.flatMap((id, index): Span[] => (index > 0 ? [' · ', { code: id }] : [{ code: id }]));

/** What a profile needs at a provider: by role, policy or object, then what options add, then what to copy. */
export function permissionsMessage(provider: Provider, profile: Profile): Message {
  const { label, profiles } = provider;
  const { documentation, options, requirements, words, isExample } = profile;
  const minimum = minimumOf(profile);
  const groups = [...Map.groupBy(minimum, ({ group }) => group)];
  const title = `What ${words.noun} need in ${label}: ${count(minimum.length, 'requirement')}`;
  const others = profiles.filter(({ id }) => id !== profile.id);
  const lists = groups.map(([group, entries]): Span[] => [
    { bold: group },
    ': ',
    ...codes(entries.map(({ id }) => id)),
  ]);
  const more = options.flatMap(({ id, label: option, hint }): Span[][] => {
    const added = requirements.filter(({ when = [] }) => when.includes(id)).map((entry) => entry.id);
    return added.length > 0 ? [[{ bold: option }, ` (${hint}): `, ...codes([...new Set(added)])]] : [];
  });
  const optional: Part[] =
    more.length > 0 ? [say({ bold: 'Only with an option' }), { kind: 'list', items: more }] : [];
  const link = { link: documentation.url, text: documentation.title };
  return {
    summary: title,
    parts: [
      say({ bold: title }),
      ...(isExample ? [say(exampleNote)] : []),
      { kind: 'list', items: lists },
      ...optional,
      ...snippetParts(provider.documented(profile).filter(({ format }) => !asCode.includes(format))),
      { kind: 'detail', spans: ['Documentation: ', link, `, as of ${documentation.date}`] },
      {
        kind: 'buttons',
        buttons: [
          { label: 'Add a connection', action: 'open-form', value: `connection add ${provider.id}` },
          ...others.slice(0, mostOthers).map(
            (other): Button => ({
              label: other.title,
              action: 'run-command',
              value: `permissions ${provider.id} --profile ${other.id}`,
            }),
          ),
        ],
      },
    ],
  };
}

/** Keyboards make one dash of two. */
const flag = /\s*(?:--|—|–)(?:profile|for)(?:\s+|=)(\S+)\s*/i;

/** The documented permissions of a provider that was named, or which providers there are. */
export function permissionsReply(providers: Providers, argument: string): Message {
  const id = flag.exec(argument)?.[1]?.toLowerCase();
  const name = argument.replace(flag, ' ').trim();
  const provider = name ? providers.find(name) : undefined;
  if (!provider) return whichProvider(providers, name);
  const profile =
    id === undefined ? documentedProfile(provider) : provider.profiles.find((each) => each.id === id);
  return profile ? permissionsMessage(provider, profile) : whichProfile(provider, id ?? '');
}

/** Said where a profile is named that the provider does not have. */
function whichProfile({ id: provider, label, profiles }: Provider, id: string): Message {
  const known = profiles.map((profile) => profile.id).join(', ');
  const buttons = profiles.slice(0, mostOthers).map(({ id: each, title }) => ({
    label: title,
    action: 'run-command' as const,
    value: `permissions ${provider} --profile ${each}`,
  }));
  return sentence(`${label} has no profile "${typed(id)}". It has: ${known}.`, { kind: 'buttons', buttons });
}

/** Said where a provider is to be named that this version does not have, or none was named. */
function whichProvider({ all }: Providers, name: string): Message {
  const known = all.map(({ id }) => id).join(', ');
  const text = name
    ? `This version has no provider "${typed(name)}". It has: ${known}.`
    : `Of which provider? There are: ${known}.`;
  const buttons = all.map(
    ({ id, label }) => ({ label, action: 'run-command', value: `permissions ${id}` }) as const,
  );
  return sentence(text, { kind: 'buttons', buttons });
}
