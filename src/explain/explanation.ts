import { z } from 'zod';
import { toldKinds } from '../providers/told.ts';
import { Remediation } from '../verification/verification.ts';

const Seen = z.object({
  kind: z
    .enum(toldKinds)
    .describe(
      'permission: a refusal, by whatever layer; prerequisite: something has to be enabled or made; policy: the content of the request is forbidden; credential: the sign-in was refused; not-permission: none of it; unknown: the text does not decide.',
    ),
  provider: z.string().nullable(),
  text: z.string().describe('What it means, in a sentence or two.'),
  requirements: z
    .array(z.string())
    .describe("What is missing, by the provider's own ids; empty when none may be named."),
  candidates: z.array(z.string()).describe('What may be missing, where the text leaves a choice.'),
  principal: z.string().nullable().describe('Who was refused, as the text names it.'),
  resource: z.string().nullable().describe('What it was refused on, as the text spells it.'),
  layer: z
    .string()
    .nullable()
    .describe('Which layer refused, in the words of findings; null when the text does not say.'),
  target: z
    .record(z.string(), z.string())
    .describe('Where: account and region, subscription, project, as far as the text tells.'),
  evidence: z.array(z.string()).describe('The lines that say so, without what looks like a secret.'),
});

/** What an error in a log means. */
export const Explanation = Seen.extend({
  asked: z
    .array(z.object({ profile: z.string(), group: z.string(), step: z.string(), without: z.string() }))
    .describe('Which profiles ask for it, where their documentation gives it, and what fails without it.'),
  remediation: z.array(Remediation),
  alsoSeen: z.array(Seen).describe('Other errors in the text, the last ones first.'),
  hadSecrets: z.boolean().describe('Whether something that looks like a secret stood in the text.'),
}).meta({ id: 'Explanation', title: 'Explanation' });
export type Explanation = z.infer<typeof Explanation>;
export type Seen = z.infer<typeof Seen>;
