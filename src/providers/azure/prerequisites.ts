import type { AnswerParts } from '../provider.ts';
import type { AzureAnswer, ResourceProvider, Subscription } from './answers.ts';
import { inconclusive } from './observations.ts';

const method = 'read' as const;

function unread(answer: Exclude<AzureAnswer<unknown>, { kind: 'done' }>, what: string): AnswerParts {
  if (answer.kind === 'unreachable') return inconclusive(`Azure ${answer.message} when asked for ${what}.`);
  return inconclusive(`Azure answered ${answer.code} when asked for ${what}.`, answer.code);
}

/** https://learn.microsoft.com/en-us/azure/cost-management-billing/manage/subscription-states */
const brokenStates: Readonly<Record<string, string>> = {
  disabled: 'It is disabled: Azure lets nobody create anything in it.',
  warned: 'It is about to be disabled: what is there can be read and deleted, but nothing can be created.',
  expired: 'It has expired: what is there can be read and deleted, but nothing can be created.',
  deleted: 'It was deleted.',
};

/** Whether builds can create anything in the subscription. */
export function readSubscription(answer: AzureAnswer<Subscription>): AnswerParts {
  if (answer.kind !== 'done') return unread(answer, 'the subscription');
  const { state } = answer.output;
  const code = state;
  const broken = brokenStates[state.toLowerCase()];
  if (broken) return { state: 'missing', method, evidence: { code, text: broken } };
  if (/^(enabled|active)$/i.test(state))
    return { state: 'granted', method, evidence: { code, text: 'It is enabled.' } };
  if (/^pastdue$/i.test(state)) {
    const caveat = 'A payment is outstanding, and without it the subscription will be disabled.';
    return { state: 'granted', method, evidence: { code, text: 'It still works.', caveat } };
  }
  return inconclusive(`Azure says ${state}, which is not known here.`, code);
}

/** Whether a resource provider is registered in the subscription. */
export function readResourceProvider(
  answer: AzureAnswer<ResourceProvider[]>,
  namespace: string,
): AnswerParts {
  if (answer.kind !== 'done') return unread(answer, 'the registered resource providers');
  const found = answer.output.find((entry) => entry.namespace.toLowerCase() === namespace.toLowerCase());
  if (!found) return inconclusive(`Azure does not list ${namespace} in this subscription.`);
  const { registrationState: code } = found;
  if (/^registered$/i.test(code))
    return { state: 'granted', method, evidence: { code, text: 'It is registered.' } };
  if (/^registering$/i.test(code))
    return inconclusive('It is being registered. Verify again in 5 minutes.', code);
  const text = `${namespace} is not registered in the subscription (${code}). Some builds register it on their own; others end with MissingSubscriptionRegistration.`;
  return { state: 'missing', method, evidence: { code, text } };
}
