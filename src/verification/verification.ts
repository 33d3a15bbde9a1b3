import { z } from 'zod';
import { ProviderId } from '../catalog/profile.ts';
import { Finding } from './finding.ts';

export const Verdict = z
  .enum(['ready', 'missing', 'unproven', 'failed'])
  .describe('failed: could not sign in or reach the provider.');
export type Verdict = z.infer<typeof Verdict>;

export const Identity = z.object({
  id: z.string().describe("The provider's full id of who signed in, such as an ARN."),
  kind: z.enum(['user', 'role', 'root', 'federated-user', 'service-principal', 'service-account', 'account']),
  name: z.string().describe('The name to use in commands.'),
  principal: z
    .string()
    .optional()
    .describe('The user or role behind it, with its path, where that could be read.'),
});
export type Identity = z.infer<typeof Identity>;

export const CredentialDates = z.object({
  createdOn: z.iso.date().optional(),
  expiresOn: z.iso.date().optional().describe('The last day on which the credential works.'),
});
export type CredentialDates = z.infer<typeof CredentialDates>;

export const Remediation = z.object({
  title: z.string(),
  format: z.enum(['json', 'shell', 'powershell', 'hcl', 'bicep', 'text']),
  text: z.string(),
  note: z.string().optional().describe('What to know before it is used.'),
  forwardTo: z.string().optional().describe('Whom the text is to be sent to, where somebody else must act.'),
  fixes: z.array(z.string()).describe('The requirements it fixes.'),
  isCause: z
    .boolean()
    .optional()
    .describe('The one reason for everything that is missing, which is told before it.'),
  alternative: z.boolean().optional().describe('Another way to do what stands before it, or an extra.'),
  isEncoded: z
    .boolean()
    .optional()
    .describe(
      'Holds a message that its provider encoded: whoever may ask the provider reads the reason in it.',
    ),
});
export type Remediation = z.infer<typeof Remediation>;

/** How a connection stands for one of the things it is for. */
export const ProfileVerdict = z.object({
  id: z.string(),
  version: z
    .string()
    .optional()
    .describe('Of which month its requirements are; absent where it is not there.'),
  verdict: Verdict,
});
export type ProfileVerdict = z.infer<typeof ProfileVerdict>;

/** One thing that lies behind findings. */
export const Cause = z.object({
  text: z.string().describe('What it is, in words that follow what it cannot do and a colon.'),
  of: z.array(z.string()).describe('The findings that it is behind, each as its group and its requirement.'),
});
export type Cause = z.infer<typeof Cause>;

/** One run of all findings for a connection: everything that a thread would say is in it. */
export const Verification = z
  .object({
    provider: ProviderId.describe('The id of the provider, such as aws.'),
    profiles: z
      .array(ProfileVerdict)
      .optional()
      .describe('What it is for, with the verdict of each; the documented profile alone where absent.'),
    profileOptions: z.array(z.string()),
    verdict: Verdict,
    identity: Identity.optional(),
    target: z
      .record(z.string(), z.string())
      .describe('Where: account and region, subscription, project, vCenter.'),
    credential: CredentialDates.optional().describe('What is known of the age of the credential.'),
    choices: z
      .record(z.string(), z.array(z.string()))
      .optional()
      .describe('What fields of the credential could be, by field, where the account can see it.'),
    calls: z
      .int()
      .min(0)
      .describe('How many calls were made to the provider; none of them created anything.'),
    startedAt: z.iso.datetime(),
    durationMs: z.int().min(0),
    error: z
      .object({
        code: z.string(),
        message: z.string(),
        hint: z.string().optional(),
        confirm: z
          .record(z.string(), z.string())
          .optional()
          .describe('Fields of the credential that a person can confirm to get past it.'),
      })
      .optional()
      .describe('Why the verification as a whole could not be done.'),
    findings: z.array(Finding),
    causes: z
      .array(Cause)
      .optional()
      .describe('What lies behind what is missing, where that is one thing or few.'),
    remediation: z.array(Remediation),
    notes: z.array(z.string()),
  })
  .meta({ id: 'Verification', title: 'Verification' });
export type Verification = z.infer<typeof Verification>;
