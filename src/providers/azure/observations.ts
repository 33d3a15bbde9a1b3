import type { AnswerParts } from '../provider.ts';
import type { AzureAnswer, DenyAssignment } from './answers.ts';
import type { Assigned } from './assignments.ts';
import type { PermissionSet } from './rights.ts';

/** What was seen of the rights of a principal on a subscription. */
export type Observations = {
  readonly subscriptionId: string;
  readonly objectId: string | undefined;
  readonly permissions: AzureAnswer<PermissionSet[]>;
  readonly assigned: AzureAnswer<Assigned[]>;
  readonly denyAssignments: AzureAnswer<DenyAssignment[]>;
  /** Resource groups that a principal without any role on the subscription sees. */
  readonly resourceGroups: readonly string[];
};

/** The same once its effective permissions are known, with what follows from it. */
export type Known = Observations & {
  readonly sets: readonly PermissionSet[];
  /** Role assignments, as far as they could be read. */
  readonly readable: readonly Assigned[];
};

/** One rule: what it says where it applies. The first that applies counts, so each may rely on those before it. */
export type Rule<View> = (view: View) => AnswerParts | undefined;

/** What the first rule that applies says; the last one of a list applies always. */
export function firstOf<View>(rules: readonly Rule<View>[], view: View): AnswerParts {
  for (const rule of rules) {
    const answer = rule(view);
    if (answer) return answer;
  }
  return inconclusive('No rule applied to what Azure answered.');
}

const method = 'effective-permissions' as const;

export function held(text: string): AnswerParts {
  return { state: 'granted', method, evidence: { text } };
}

export function likely(text: string): AnswerParts {
  return { state: 'likely', method, evidence: { text } };
}

/** Missing since no role assignment grants it. */
export function ungranted(
  text: string,
  more: Pick<AnswerParts, 'formal' | 'holds'> & { readonly code?: string; readonly caveat?: string } = {},
): AnswerParts {
  const { formal, holds, code, caveat } = more;
  return {
    state: 'missing',
    method,
    layer: 'role-assignment',
    denial: 'implicit',
    ...(formal && { formal }),
    ...(holds && { holds }),
    evidence: { ...(code && { code }), text, ...(caveat && { caveat }) },
  };
}

/** Missing since a deny assignment forbids it. */
export function forbidden(text: string): AnswerParts {
  return { state: 'missing', method, layer: 'deny-assignment', denial: 'explicit', evidence: { text } };
}

export function inconclusive(text: string, code?: string): AnswerParts {
  return { state: 'inconclusive', method: 'read', evidence: { ...(code && { code }), text } };
}

/** Two ways of looking contradict each other. */
export const conflicting = (text: string): AnswerParts => ({ ...inconclusive(text), conflict: true });

/** Granted where a condition holds, of which it cannot be told whether a build meets it. */
export function conditional(condition: string): AnswerParts {
  const text =
    'It is granted, but only where a condition of the role assignment holds, and whether a build meets the condition cannot be told. Whoever set the condition decides whether builds are to meet it or get a grant of their own.';
  return { state: 'inconclusive', method, condition, evidence: { code: 'Conditional', text } };
}

/** Said where nothing that can be read gives what the effective permissions show. */
export const unexplained =
  'The effective permissions include it, but no role assignment that reaches the subscription gives it: a role that was taken away minutes ago still shows, and so does one that another tenant delegates. Verify again in 5 minutes.';

export const isHeld = ({ state }: AnswerParts) => state === 'granted' || state === 'likely';

/** Whether looking was not allowed, as against not answered. */
export function isRefused(answer: AzureAnswer<unknown>): boolean {
  return answer.kind === 'refused' && answer.status === 403;
}

/** What Azure said in place of an answer. */
export function insteadOf(answer: Exclude<AzureAnswer<unknown>, { kind: 'done' }>): string {
  return answer.kind === 'refused' ? `answered ${answer.code} (${answer.status})` : answer.message;
}

/** What role assignments that could not be read leave open, if they could not. */
export function unreadAssignments({ assigned }: Observations): AnswerParts | undefined {
  if (assigned.kind === 'done') return undefined;
  if (isRefused(assigned))
    return likely(
      'The effective permissions include it. The role assignments behind them may not be read, so a condition on them would not be seen.',
    );
  return inconclusive(
    `The effective permissions include it, but Azure ${insteadOf(assigned)} when asked for the role assignments, so a condition on them cannot be ruled out.`,
  );
}
