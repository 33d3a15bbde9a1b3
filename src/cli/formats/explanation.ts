import type { Explanation, Seen } from '../../explain/explanation.ts';
import { profileTitle } from '../../providers/profiles.ts';
import type { Provider, Providers } from '../../providers/provider.ts';
import { describeTerm, wrap } from '../wrap.ts';

const headings: Readonly<Record<Explanation['kind'], string>> = {
  permission: 'A permission',
  prerequisite: 'A prerequisite',
  policy: 'A policy forbids it',
  credential: 'The credential',
  'not-permission': 'Not a permission problem',
  unknown: 'It cannot be told',
};

const column = 14;

function row(term: string, value: string | null | undefined): string[] {
  return value ? [describeTerm(term, value, column)] : [];
}

function facts(
  { requirements, candidates, principal, resource, layer }: Seen,
  provider?: Provider,
): string[] {
  const named = layer && (provider?.words?.layers?.[layer] ?? layer);
  return [
    ...row('missing', requirements.join(', ')),
    ...row('maybe', candidates.join(', ')),
    ...row('who', principal),
    ...row('on', resource),
    ...row('refused by', named),
  ];
}

/** An explanation as text of at most 80 columns; snippets and lines of the log keep their own. */
export function explanationText(explanation: Explanation, { find }: Pick<Providers, 'find'>): string {
  const { kind, text, evidence, asked, remediation, alsoSeen, hadSecrets } = explanation;
  const provider = explanation.provider === null ? undefined : find(explanation.provider);
  const fixes = remediation.flatMap(({ title, format, text: body, note }) => [
    '',
    wrap(title, ''),
    format === 'text' ? wrap(body, '  ') : body,
    ...(note ? [wrap(note, '  ')] : []),
  ]);
  const needed = asked.map(
    ({ profile, step, without }) =>
      `${provider ? profileTitle(provider, profile) : profile}: ${step}. Without it ${without}.`,
  );
  const others = alsoSeen.map(({ text: said, evidence: [line = ''] }) => `${said}\n${line}`);
  return [
    wrap(`${headings[kind]} — ${text}`, ''),
    ...facts(explanation, provider),
    ...needed.map((line) => describeTerm('needed for', line, column)),
    ...(evidence.length > 0 ? ['', 'The lines that say so', ...evidence.map((line) => `  ${line}`)] : []),
    ...fixes,
    ...(others.length > 0 ? ['', 'Also seen', ...others.map((other) => wrap(other, '  '))] : []),
    ...(hadSecrets
      ? [
          '',
          wrap(
            'Something that looks like a secret stood in the text. Whoever could read that log knows it: replace it.',
            '',
          ),
        ]
      : []),
  ].join('\n');
}
