import { minimumOf } from '../../catalog/catalog.ts';
import type { Provider, Providers } from '../../providers/provider.ts';
import { count, type Message, type Part, type Span, say, sentence, typed } from '../model/message.ts';
import { snippetParts } from './finding-messages.ts';

/** Ids in one line, as code. */
const codes = (ids: readonly string[]): Span[] =>
  ids.flatMap((id, index): Span[] => (index > 0 ? [' · ', { code: id }] : [{ code: id }]));

/** What an image build needs at a provider: by role, policy or object, then what options add, then what to copy. */
export function permissionsMessage(provider: Provider): Message {
  const { label, catalog } = provider;
  const { documentation, options, requirements } = catalog;
  const minimum = minimumOf(catalog);
  const groups = [...Map.groupBy(minimum, ({ group }) => group)];
  const title = `What image builds need in ${label}: ${count(minimum.length, 'requirement')}`;
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
      { kind: 'list', items: lists },
      ...optional,
      ...snippetParts(provider.documented()),
      { kind: 'detail', spans: ['Documentation: ', link, `, as of ${documentation.date}`] },
      {
        kind: 'buttons',
        buttons: [{ label: 'Add a connection', action: 'open-form', value: `connection add ${provider.id}` }],
      },
    ],
  };
}

/** The documented permissions of a provider that was named, or which providers there are. */
export function permissionsReply(providers: Providers, name: string): Message {
  const provider = name ? providers.find(name) : undefined;
  return provider ? permissionsMessage(provider) : whichProvider(providers, name);
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
