import type { Connection } from '../../src/connections/connection.ts';
import { createAws } from '../../src/providers/aws/provider.ts';
import { documentedProfile } from '../../src/providers/profiles.ts';
import { type Finding, type FindingState, isOpen } from '../../src/verification/finding.ts';
import { verdictOf } from '../../src/verification/verdict.ts';
import type { Verification } from '../../src/verification/verification.ts';

const aws = createAws();

const evidences: Record<FindingState, Pick<Finding, 'method' | 'evidence'> & Partial<Finding>> = {
  granted: {
    method: 'dry-run',
    evidence: { code: 'DryRunOperation', text: 'AWS would have carried out the call.' },
  },
  likely: {
    method: 'dry-run',
    evidence: { code: 'InvalidVolume.NotFound', text: 'AWS looked for a made-up resource.' },
  },
  missing: {
    method: 'dry-run',
    layer: 'identity-policy',
    denial: 'implicit',
    evidence: { code: 'UnauthorizedOperation', text: 'No identity-based policy allows it.' },
  },
  inconclusive: { method: 'none', evidence: { text: 'Not told within 45 s.' } },
  'not-applicable': { method: 'none', evidence: { text: 'Does not count.' } },
};

/** A finding about a requirement of the catalogue, or about one that is made up. */
export function findingOf(requirement: string, state: FindingState, more: Partial<Finding> = {}): Finding {
  const entry = documentedProfile(aws).requirements.find(({ id }) => id === requirement);
  return {
    requirement,
    name: entry?.name ?? requirement,
    group: entry?.group ?? 'policy:test',
    level: entry?.level ?? 'required',
    step: entry?.step.title ?? 'Take the image',
    without: entry?.step.without ?? 'a build stops',
    state,
    ...evidences[state],
    ...more,
  };
}

/** A verification of all documented requirements, granted but for those named. */
export function verificationOf(
  states: Partial<Record<string, FindingState | Finding>> = {},
  more: Partial<Verification> = {},
): Verification {
  const findings = documentedProfile(aws).requirements.map(({ id, when }) => {
    const state = states[id] ?? (when ? 'not-applicable' : 'granted');
    return typeof state === 'string' ? findingOf(id, state) : state;
  });
  const missing = findings.filter((finding) => isOpen(finding, 'missing'));
  const identity = {
    id: 'arn:aws:iam::123456789012:user/xoap-packer',
    kind: 'user',
    name: 'xoap-packer',
  } as const;
  const target = { account: '123456789012', region: 'eu-central-1' };
  return {
    provider: 'aws',
    profileOptions: [],
    verdict: verdictOf(findings),
    identity,
    target,
    calls: 36,
    startedAt: '2026-11-22T14:02:00.000Z',
    durationMs: 2_100,
    findings,
    causes: aws.causesOf?.({ missing, counting: findings }) ?? [],
    remediation: missing.length > 0 ? aws.remediate({ missing, identity, target }) : [],
    notes: [],
    ...more,
  };
}

/** A connection as it stands in the store. */
export function connectionOf(more: Partial<Connection> = {}): Connection {
  return {
    id: 'c-000000000000000000000000000001',
    workspaceId: 'slack:T000000001',
    name: 'prod-eu',
    description: '',
    tags: [],
    provider: 'aws',
    target: { region: 'eu-central-1' },
    profiles: ['image-management'],
    profileOptions: [],
    settings: {},
    addedBy: 'U000000001',
    addedAt: '2026-11-22T14:00:00.000Z',
    ...more,
  };
}
