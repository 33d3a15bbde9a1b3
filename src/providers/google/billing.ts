import type { AnswerParts } from '../provider.ts';
import type { BillingInfo, GoogleAnswer } from './answers.ts';
import { inconclusive } from './read-answers.ts';

export type BillingSeen = {
  readonly billing: GoogleAnswer<BillingInfo>;
  /** How Compute Engine answered a read. */
  readonly compute: GoogleAnswer<unknown>;
};

const method = 'read' as const;

/**
 * Whether billing is enabled. Compute Engine refuses with a reason of its own where it is off; that it does so for every
 * read is not documented, so a read that it answers is no proof.
 * https://cloud.google.com/billing/docs/reference/rest/v1/projects/getBillingInfo
 */
export function readBilling(project: string, { billing, compute }: BillingSeen): AnswerParts {
  const scope = `project ${project}`;
  const off = `Billing is off in ${scope}, or its billing account is closed: nothing can be created there.`;
  if (compute.kind === 'refused' && compute.code === 'BILLING_DISABLED')
    return { state: 'missing', method, scope, evidence: { code: compute.code, text: off } };
  if (billing.kind === 'done') {
    if (!billing.output.billingEnabled) return { state: 'missing', method, scope, evidence: { text: off } };
    return { state: 'granted', method, scope, evidence: { text: 'Cloud Billing says that it is enabled.' } };
  }
  const why =
    billing.kind === 'refused' && billing.disabledApi
      ? 'the Cloud Billing API is not enabled in the project of the service account'
      : billing.kind === 'refused'
        ? `Cloud Billing answered ${billing.code}`
        : `Cloud Billing ${billing.message}`;
  const unread = `Whether billing is enabled could not be read (${why})`;
  if (compute.kind !== 'done') return inconclusive(scope, `${unread}.`);
  const caveat = `${unread}. Compute Engine answered a read; whether it would without billing is not documented.`;
  return { state: 'likely', method, scope, evidence: { text: 'Compute Engine answered a read.', caveat } };
}
