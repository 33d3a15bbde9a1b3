import { unlessAborted } from '../deadline.ts';
import { AppError, isAppError } from '../errors.ts';
import { readJson } from '../json.ts';
import { type Acceptance, withAccepted } from '../verification/acceptance.ts';
import { type Finding, findingsFor, goneGroup, isOpen } from '../verification/finding.ts';
import { deciding, verdictOf, worstOf } from '../verification/verdict.ts';
import { Verification } from '../verification/verification.ts';
import { answerTo, type Collected, collectEvents } from './collect-events.ts';
import { type Asked, profilesOf, requirementsOf, usualProfiles } from './profiles.ts';
import type { Answer, Provider } from './provider.ts';
import type { Workload } from './workload.ts';

/** Milliseconds a whole verification, and one call of it, may take unless told otherwise. */
export const defaultDeadlineMs = 45_000;
const callTimeoutMs = 10_000;

export type VerificationRun = {
  readonly provider: Provider;
  readonly credential: Readonly<Record<string, string>>;
  readonly target: Readonly<Record<string, string>>;
  /** What the connection is for, by the ids of profiles; the documented one alone unless said otherwise. */
  readonly profiles?: readonly string[] | undefined;
  readonly profileOptions: readonly string[];
  /** What somebody takes as it is, for as long as that holds. */
  readonly acceptances?: readonly Acceptance[];
  /** What to sign in with where no secret is held. */
  readonly workload?: Workload | undefined;
  readonly deadlineMs?: number | undefined;
  /** Ends the run early; what was not told by then is inconclusive. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: Progress) => void;
  readonly now?: () => Date;
};

export type Progress = {
  /** How much was read before anything is told, in words. */
  readonly reading?: string | undefined;
  readonly checked: number;
  readonly total: number;
  readonly target: Readonly<Record<string, string>>;
};

/** What a requirement is, with an answer to it; who asks for it stands there where that is not one profile alone. */
function toFinding(
  { requirement, asks }: Asked,
  answer: Omit<Answer, 'requirement'>,
  { isOne }: { isOne: boolean },
): Finding {
  const { id, name, group, level, step } = requirement;
  return {
    // The answer's own group only says which requirement was meant.
    ...answer,
    requirement: id,
    name,
    group,
    level,
    step: step.title,
    without: step.without,
    ...(!isOne && { asks: [...asks] }),
  };
}

/** What is told of a profile that is not there: as long as that is so, nothing is judged on less than was asked. */
function goneFinding(id: string): Finding {
  const step = 'Know what is asked for';
  const without = 'it cannot be told whether this connection does what it is for';
  const group = goneGroup;
  return {
    requirement: `profile:${id}`,
    name: `Profile ${id}`,
    group,
    level: 'required',
    step,
    without,
    asks: [{ profile: id, group, level: 'required', step, without }],
    state: 'inconclusive',
    method: 'none',
    evidence: {
      text: `There is no profile ${id} any more: its file was taken out of XOAP_PROFILES_DIR, or this version does not have it. Put it back, or take the profile off this connection (connection edit).`,
    },
  };
}

/** Shorter values are no secrets, and would be found in ordinary words. */
const shortestSecret = 8;

/** Cuts every value of a secret field out of the texts in a verification, should a provider have echoed one. */
function withoutSecrets(
  verification: Verification,
  { provider, credential }: VerificationRun,
  minted: readonly string[],
): Verification {
  const fields = provider.fields.filter((field) => field.kind === 'secret');
  const values = provider.secretsIn?.(credential) ?? fields.map((field) => credential[field.id] ?? '');
  const secrets = [...values, ...minted].filter((value) => value.length >= shortestSecret);
  const clean = (_key: string, value: unknown): unknown =>
    typeof value === 'string'
      ? secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), value)
      : value;
  return readJson(JSON.stringify(verification, clean), Verification);
}

/**
 * Runs one verification to its end or its deadline. Always resolves with a Verification for anything the provider
 * answers, sign-in failures included; rejects only when the check itself is broken.
 */
export async function runVerification(request: VerificationRun): Promise<Verification> {
  const { provider, profileOptions, deadlineMs = defaultDeadlineMs, now = () => new Date() } = request;
  const started = now();
  const wanted = request.profiles ?? usualProfiles;
  const { found: profiles, gone } = profilesOf(provider, wanted);
  // What everybody had before there were others stays as it was kept then.
  const isOne = wanted.join() === usualProfiles.join();
  const asked = requirementsOf(provider, profiles, profileOptions);
  const counting = asked.filter(({ isCounting }) => isCounting);
  const { collected, emit, close } = collectEvents(request.target, ({ answers, target, reading }) =>
    request.onProgress?.({ checked: answers.size, total: counting.length, target, reading }),
  );
  const mark = (findings: readonly Finding[]) =>
    withAccepted(findings, request.acceptances ?? [], {
      now: started,
      incidentCodes: provider.incidentCodes,
    });
  const isAccepted = (answer: Answer) => {
    const meant = counting.find(
      ({ requirement: { id, group } }) => id === answer.requirement && group === (answer.group ?? group),
    );
    const found = meant && toFinding(meant, answer, { isOne });
    return found !== undefined && mark([found]).some(({ accepted }) => accepted);
  };

  const { workload, minted } = recorded(request.workload);
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
  const check = provider.check({
    credential: request.credential,
    requirements: counting.map(({ requirement }) => requirement),
    profileOptions,
    signal,
    callTimeoutMs,
    emit,
    isAccepted,
    workload,
  });
  const fault = await faultOf(check, signal);
  close();
  const error = fault ?? (deadline.aborted ? faultAtDeadline(provider, collected, deadlineMs) : undefined);
  // After an abort nobody waits for the check any more; its late failure must not end the process.
  check.catch(() => undefined);

  const reason = unansweredReason(error, signal.aborted, deadlineMs);
  const untold = { state: 'inconclusive', method: 'none', evidence: { text: reason } } as const;
  const text = 'Does not count with the profile options of this connection.';
  const idle = { state: 'not-applicable', method: 'none', evidence: { text } } as const;
  const found = asked.map((each) => {
    const answer = each.isCounting ? (answerTo(each.requirement, collected) ?? untold) : idle;
    return toFinding(each, answer, { isOne });
  });
  const findings = mark([...found, ...gone.map(goneFinding)]);
  const counted = findings.filter((finding) => finding.state !== 'not-applicable');
  const missing = counted.filter((finding) => isOpen(finding, 'missing'));
  const purposes = [...profiles, ...gone.map((id) => ({ id, version: undefined }))].map(
    ({ id, version }) => ({
      id,
      ...(version && { version }),
      verdict: error ? ('failed' as const) : verdictOf(findingsFor(findings, id)),
    }),
  );
  const { target, identity, dates, choices, calls, offers, notes } = collected;

  return withoutSecrets(
    {
      provider: provider.id,
      profileOptions: [...profileOptions],
      verdict: error ? 'failed' : worstOf([verdictOf(findings), ...purposes.map(({ verdict }) => verdict)]),
      profiles: purposes,
      ...(identity && { identity }),
      target: { ...target },
      ...(dates && { credential: dates }),
      ...(choices && { choices: mutable(choices) }),
      calls,
      startedAt: started.toISOString(),
      durationMs: Math.max(0, now().getTime() - started.getTime()),
      ...(error && { error: describe(error) }),
      findings,
      causes: provider.causesOf?.({ missing: deciding(missing), counting: deciding(counted) }) ?? [],
      remediation: [
        ...(missing.length > 0 ? provider.remediate({ missing, counting: counted, identity, target }) : []),
        ...offers,
      ],
      notes: [...notes],
    },
    request,
    minted,
  );
}

/** Remembers the tokens that are made, so that none is told on. */
function recorded(given: Workload | undefined): { workload?: Workload; minted: readonly string[] } {
  if (!given) return { minted: [] };
  const minted: string[] = [];
  const { token, decoy, ...others } = given;
  const kept = (make: NonNullable<Workload['token']>) => async (audience: string) => {
    const made = await make(audience);
    minted.push(made);
    return made;
  };
  const workload = { ...others, ...(token && { token: kept(token) }), ...(decoy && { decoy: kept(decoy) }) };
  return { workload, minted };
}

/** Why a check could tell nothing; a fault that is none of ours to name is thrown. */
async function faultOf(check: Promise<void>, signal: AbortSignal): Promise<AppError | undefined> {
  try {
    await unlessAborted(check, signal);
  } catch (cause) {
    // A call that the deadline cut off fails too; then the deadline is the reason, not the call.
    if (signal.aborted) return undefined;
    if (isAppError(cause)) return cause;
    throw cause;
  }
  return undefined;
}

/** What a deadline says that cut off everything, the sign-in too; where anything was told, the rest is inconclusive. */
function faultAtDeadline(
  { label }: Provider,
  { identity, answers }: Collected,
  deadlineMs: number,
): AppError | undefined {
  if (identity || answers.size > 0) return undefined;
  return new AppError(`${label} told nothing within ${deadlineMs / 1000} s`, {
    code: 'verification.timed-out',
    hint: 'Nothing was found out. Verify again; if it goes on, look at the network between this machine and the provider.',
  });
}

function describe({ code, message, hint, confirm }: AppError): NonNullable<Verification['error']> {
  return { code, message, ...(hint && { hint }), ...(confirm && { confirm: { ...confirm } }) };
}

function mutable(choices: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(choices).map(([field, list]) => [field, [...list]]));
}

function unansweredReason(error: AppError | undefined, aborted: boolean, deadlineMs: number): string {
  if (error) return `Not checked: ${error.message}.`;
  if (aborted) return `Not told within ${deadlineMs / 1000} s.`;
  return 'The check ended without an answer.';
}
