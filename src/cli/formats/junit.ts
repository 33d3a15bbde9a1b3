import { XMLBuilder } from 'fast-xml-parser';
import type { Finding } from '../../verification/finding.ts';
import { evidenceOf, faultOf, groupTitle, shownFindings, titleOf, type Written } from './written.ts';

type Case = Record<string, unknown>;
type Outcome = 'failure' | 'skipped' | 'error';

const outcome = (kind: Outcome, message: string, type: string): Case => ({
  [kind]: { '@message': message, '@type': type },
});

/**
 * A finding as the outcome of a test: missing fails; what could not be told, is accepted or is merely optional is
 * skipped, so that it is neither green nor red.
 */
function outcomeOf(finding: Finding): Case {
  const { state, level, accepted } = finding;
  if (state === 'granted' || state === 'likely') return {};
  const isCounting = state === 'missing' && level !== 'optional' && !accepted;
  const remarks = [level === 'optional' && 'optional', accepted && 'accepted', state].filter(Boolean);
  const message = [`${finding.requirement} is ${state}.`, evidenceOf(finding)].filter(Boolean).join(' ');
  return outcome(isCounting ? 'failure' : 'skipped', message, remarks.join(' '));
}

const countOf = (cases: readonly Case[], kind: Outcome) => cases.filter((each) => kind in each).length;

/**
 * The verification as a report of JUnit, which has no standard: the schema that Jenkins reads is the judge, and
 * GitLab, Azure DevOps and GitHub's actions read the same.
 */
export function asJunit(written: Written): string {
  const { verification } = written;
  const { provider, startedAt, durationMs, error } = verification;
  const fault = faultOf(verification);
  const cases: Case[] = [
    ...(fault
      ? [
          {
            '@name': 'sign-in',
            '@classname': `xoap.${provider}`,
            ...outcome('error', fault, error?.code ?? ''),
          },
        ]
      : []),
    ...shownFindings(written).map((finding) => ({
      '@name': finding.requirement,
      '@classname': `xoap.${provider}.${groupTitle(finding)}`,
      ...outcomeOf(finding),
    })),
  ];
  const [failures, skipped, errors] = (['failure', 'skipped', 'error'] as const).map((kind) =>
    String(countOf(cases, kind)),
  );
  const time = (durationMs / 1000).toFixed(3);
  const counts = { '@tests': String(cases.length), '@failures': failures, '@errors': errors, '@time': time };
  const suite = {
    '@name': `xoap verify ${titleOf(verification)}`,
    ...counts,
    '@skipped': skipped,
    '@timestamp': startedAt.replace(/\.\d+Z$/, ''),
    testcase: cases,
  };
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    format: true,
    suppressEmptyNode: true,
  });
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: { '@name': 'xoap', ...counts, testsuite: suite },
  });
}
