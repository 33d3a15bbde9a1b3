import type { Finding } from '../verification/finding.ts';
import type { Identity, Remediation } from '../verification/verification.ts';

export type Forward = {
  /** Who must act: `the administrator of your AWS organisation`. */
  readonly to: string;
  /** Who is refused, and where. */
  readonly identity: Identity | undefined;
  readonly target: Readonly<Record<string, string>>;
  /** What refuses, as whoever keeps it calls it. */
  readonly rule: string;
  readonly findings: readonly Pick<Finding, 'requirement'>[];
  /** What they are asked for, a sentence. */
  readonly ask: string;
  /** What to know about it, for whoever reads the answer. */
  readonly note: string;
};

/** A message that can be sent as it stands to whoever must act: who is refused, where, by what, and what is asked for. */
export function forwardRemediation(forward: Forward): Remediation {
  const { to, identity, target, rule, findings, ask, note } = forward;
  const fixes = [...new Set(findings.map(({ requirement }) => requirement))];
  const place = Object.values(target).join(' · ');
  const lines = [
    'Image builds with XOAP are refused.',
    ...(identity ? [`Who is refused: ${identity.id}`] : []),
    ...(place ? [`Where: ${place}`] : []),
    `By what: ${rule}`,
    `What is refused: ${fixes.join(', ')}`,
    `What we ask for: ${ask}`,
  ];
  return {
    title: `Forward this to ${to}`,
    format: 'text',
    text: lines.join('\n'),
    note,
    fixes,
    forwardTo: to,
  };
}
