import {
  allChecksMessage,
  changeMessages,
  threadMessages,
} from '../../src/chat/messages/finding-messages.ts';
import {
  brokenMessage,
  runningMessage,
  verdictMessage,
} from '../../src/chat/messages/verification-messages.ts';
import type { Message } from '../../src/chat/model/message.ts';
import { createAws } from '../../src/providers/aws/provider.ts';
import { changesBetween } from '../../src/verification/changes.ts';
import { connectionOf, findingOf, verificationOf } from './findings.ts';

const aws = createAws();

const subject = { connection: connectionOf(), provider: aws };
const askedBy = 'U000000001';
const four = Object.fromEntries(
  ['ec2:CreateImage', 'ec2:RegisterImage', 'ec2:DeleteSnapshot', 'ec2:DeregisterImage'].map(
    (id) => [id, 'missing'] as const,
  ),
);
const missing = verificationOf(four);
const everything = verificationOf(
  Object.fromEntries(aws.catalog.requirements.map(({ id }) => [id, 'missing'] as const)),
);
const unproven = verificationOf({
  'ec2:CopyImage': 'inconclusive',
  'prerequisite:default-vpc': 'inconclusive',
});
const failed = verificationOf(
  {},
  {
    verdict: 'failed',
    error: {
      code: 'provider.sign-in-failed',
      message: 'AWS does not know the access key id',
      hint: 'Check it in the IAM console.',
    },
    findings: [],
  },
);
const forbidden = verificationOf({
  'ec2:RunInstances': findingOf('ec2:RunInstances', 'missing', {
    layer: 'service-control-policy',
    denial: 'explicit',
  }),
  'prerequisite:default-vpc': findingOf('prerequisite:default-vpc', 'missing', {
    method: 'read',
    evidence: { code: 'VPCIdNotSpecified', text: 'EC2 says that eu-central-1 has no default VPC.' },
  }),
});
const limited = verificationOf({
  'ec2:StopInstances': findingOf('ec2:StopInstances', 'likely', {
    evidence: {
      code: 'InvalidInstanceID.NotFound',
      text: 'Not there.',
      caveat:
        'The policies allow it on arn:aws:ec2:eu-central-1:123456789012:instance/* only; the documentation asks for all resources.',
    },
  }),
});
const conflicting = verificationOf({
  'ec2:CopyImage': findingOf('ec2:CopyImage', 'inconclusive', {
    conflict: true,
    method: 'dry-run+simulation',
    evidence: {
      code: 'DryRunOperation',
      text: 'The two ways of checking disagree. AWS would have carried out the call. The policy simulator says explicitDeny on all resources.',
    },
  }),
});
const strange = { connection: connectionOf({ name: '*bold* <!channel> "ייצור" 🚀 `code`' }), provider: aws };
const ready = verificationOf();

/** Every message there is about a verification, by name. */
export const sampleMessages: Record<string, Message[]> = {
  'root-started': [runningMessage(subject)],
  'root-running': [runningMessage(subject, { checked: 12, total: 34, target: missing.target })],
  'root-missing': [verdictMessage(subject, { verification: missing, askedBy })],
  'root-ready': [verdictMessage(subject, { verification: ready, askedBy })],
  'root-ready-after-fix': [
    verdictMessage(subject, { verification: ready, askedBy, changes: changesBetween(missing, ready) }),
  ],
  'root-unproven': [verdictMessage(subject, { verification: unproven, askedBy })],
  'root-failed': [verdictMessage(subject, { verification: failed, askedBy })],
  'root-broken': [brokenMessage(subject, 'run-1')],
  'root-strange-name': [verdictMessage(strange, { verification: ready, askedBy })],
  'thread-missing': threadMessages(subject, missing),
  'thread-everything-missing': threadMessages(subject, everything),
  'thread-forbidden-from-above': threadMessages(subject, forbidden),
  'thread-unproven': threadMessages(subject, unproven),
  'thread-conflict': threadMessages(subject, conflicting),
  'thread-failed': threadMessages(subject, failed),
  'thread-limited': threadMessages(subject, limited),
  'thread-ready': threadMessages(subject, ready),
  'again-fixed': changeMessages(
    verificationOf({ 'ec2:CreateImage': 'missing' }),
    changesBetween(missing, verificationOf({ 'ec2:CreateImage': 'missing' })),
  ),
  'again-worse': changeMessages(missing, changesBetween(ready, missing)),
  'again-unchanged': changeMessages(missing, changesBetween(missing, missing)),
  'again-another-day': changeMessages(
    ready,
    changesBetween({ ...missing, startedAt: '2026-11-20T09:00:00.000Z' }, ready),
  ),
  'all-checks': [allChecksMessage(subject, missing)],
};
