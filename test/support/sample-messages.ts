import { changeMessages } from '../../src/chat/messages/change-messages.ts';
import { allChecksMessage, threadMessages } from '../../src/chat/messages/finding-messages.ts';
import {
  elsewhereMessage,
  goneMessage,
  refusedMessage,
  replacedMessage,
} from '../../src/chat/messages/replacement-messages.ts';
import {
  brokenMessage,
  runningMessage,
  verdictMessage,
} from '../../src/chat/messages/verification-messages.ts';
import type { Message } from '../../src/chat/model/message.ts';
import { createAws } from '../../src/providers/aws/provider.ts';
import { documentedProfile } from '../../src/providers/profiles.ts';
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
  Object.fromEntries(documentedProfile(aws).requirements.map(({ id }) => [id, 'missing'] as const)),
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
/** Two of the four are accepted, one of them by somebody else and for longer. */
const accepting = (id: string, by: string, until: string) =>
  findingOf(id, 'missing', { accepted: { by, until, reason: 'Images are made elsewhere.' } });
const partlyAccepted = verificationOf({
  ...four,
  'ec2:CreateImage': accepting('ec2:CreateImage', askedBy, '2027-03-01'),
  'ec2:RegisterImage': accepting('ec2:RegisterImage', 'U000000002', '2027-05-01'),
});
const accepted = verificationOf({
  'ec2:CreateImage': accepting('ec2:CreateImage', askedBy, '2027-03-01'),
  'ec2:RegisterImage': accepting('ec2:RegisterImage', askedBy, '2027-03-01'),
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
  'root-accepted': [verdictMessage(subject, { verification: accepted, askedBy })],
  'root-partly-accepted': [verdictMessage(subject, { verification: partlyAccepted, askedBy })],
  'root-failed': [verdictMessage(subject, { verification: failed, askedBy })],
  'root-replacement-refused': [refusedMessage(subject, failed)],
  'root-replacement-gone': [goneMessage(subject.connection)],
  'root-replacement-elsewhere': [
    elsewhereMessage(subject, {
      before: { account: '123456789012', region: 'eu-central-1' },
      now: { account: '210987654321', region: 'eu-central-1' },
      replacement: '00000000-0000-4000-8000-000000000001',
    }),
  ],
  'thread-replaced': [replacedMessage({ by: askedBy, isKeyless: false, held: undefined })],
  'thread-moved': [replacedMessage({ by: askedBy, isKeyless: true, held: undefined })],
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
    subject,
    verificationOf({ 'ec2:CreateImage': 'missing' }),
    changesBetween(missing, verificationOf({ 'ec2:CreateImage': 'missing' })),
  ),
  'again-worse': changeMessages(subject, missing, changesBetween(ready, missing)),
  'again-unchanged': changeMessages(subject, missing, changesBetween(missing, missing)),
  'again-another-day': changeMessages(
    subject,
    ready,
    changesBetween({ ...missing, startedAt: '2026-11-20T09:00:00.000Z' }, ready),
  ),
  'thread-accepted': threadMessages(subject, partlyAccepted),
  'again-accepted': changeMessages(subject, partlyAccepted, changesBetween(missing, partlyAccepted)),
  'again-no-longer-accepted': changeMessages(subject, missing, changesBetween(partlyAccepted, missing)),
  'all-checks': [allChecksMessage(subject, missing)],
};
