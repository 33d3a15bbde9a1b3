import { defaultProfile } from '../catalog/profile.ts';
import type { Connection } from '../connections/connection.ts';
import { lazily } from '../lazily.ts';
import { stepsOf, verbsOf } from '../providers/profiles.ts';
import type { Provider } from '../providers/provider.ts';
import { type Finding, findingsFor, isOpen } from '../verification/finding.ts';
import {
  acceptedIn,
  countStates,
  deciding,
  isSignInRefused,
  verdictOf,
  worstOf,
} from '../verification/verdict.ts';
import type { Verification } from '../verification/verification.ts';
import type { CatalogChange } from './catalog-changes.ts';
import { dueReminder, type Expiry, expiryOf } from './expiry.ts';
import type { TrendPoint } from './report-records.ts';
import type { ReportProfile, Speak } from './schedule.ts';
import { isChanged, type Outcome, type Standing, type StandingChange, standingAfter } from './standing.ts';

/** How a group of requirements came out for a connection. */
export type GroupState = 'met' | 'missing' | 'untold' | 'accepted';

/** One connection in a report. */
export type ReportEntry = {
  readonly connection: Connection;
  /** What its provider is called. */
  readonly label: string;
  /** What it is for, as words that follow “can” and “cannot”; absent where that is more than one thing. */
  readonly verb?: string | undefined;
  readonly outcome: Outcome;
  /** How many deciding requirements are missing, could not be told, and are there in all. */
  readonly counts: { readonly missing: number; readonly inconclusive: number; readonly total: number };
  readonly groups: readonly { readonly group: string; readonly state: GroupState }[];
  /** Why it could not be verified, where the verdict is `failed`. */
  readonly reason?: string | undefined;
  /** Whether the provider refused the credential itself, where the verdict is `failed`. */
  readonly isRefused: boolean;
  readonly expiry?: Expiry | undefined;
  /** The reminder that has come due since the last report, in days ahead. */
  readonly reminder?: number | undefined;
  readonly change: StandingChange;
  /** Where it was last told of in the conversation that the report goes to. */
  readonly link?: string | undefined;
  /** What is missing and not accepted; told of those that are told at length. */
  readonly missing: readonly Finding[];
  readonly accepted: readonly Finding[];
};

/** Connections that are told at length; of the others there are the table and their own verifications. */
export const mostDetails = 20;
/** Whether there is more to tell of a connection than how it came out. */
export const isDetailed = ({ outcome }: ReportEntry) => outcome === 'missing' || outcome === 'unproven';

/** What a channel is told about several connections. */
export type Report = {
  readonly runId: string;
  /** When it was made. */
  readonly at: string;
  /** When it was due; absent where somebody asked for it. */
  readonly due?: string | undefined;
  readonly isLate: boolean;
  /** When the report before it was made, if there was one. */
  readonly since?: string | undefined;
  /** What is not ready first, then by name. */
  readonly entries: readonly ReportEntry[];
  /** Connections of the workspace that this version cannot read: nobody knows whether the report is about them. */
  readonly leftOut: number;
  /** What profiles ask for that they did not at the report before. */
  readonly catalogChanges: readonly CatalogChange[];
  /** The newest reports, this one last. */
  readonly trend: readonly TrendPoint[];
};

/** What was found about one connection; no verification where the check itself broke. */
export type Found = {
  readonly connection: Connection;
  readonly provider: Provider;
  readonly verification: Verification | undefined;
  /** The verification before, for a connection that was in no report yet. */
  readonly earlier: Verification | undefined;
};

export type EntryOptions = {
  readonly profile: ReportProfile;
  /** The one profile that the report is about, by its id; all where absent. */
  readonly purpose?: string | undefined;
  readonly maxKeyAgeDays: number;
  readonly now: Date;
};

/** A verification with only what counts under a profile; its verdict follows. */
export function underProfile(
  verification: Verification,
  profile: ReportProfile,
  provider: Pick<Provider, 'profiles'>,
): Verification {
  if (profile === 'own' || verification.verdict === 'failed') return verification;
  const [only] = verification.profiles ?? [{ id: defaultProfile }];
  /** Whether whoever asks for it does so with an option alone. */
  function isExtra({ requirement, group, asks }: Finding): boolean {
    const askers = asks ?? [{ profile: only?.id ?? defaultProfile, group }];
    const asked = askers.flatMap((ask) => {
      const profile = provider.profiles.find(({ id }) => id === ask.profile);
      return (
        profile?.requirements.filter((each) => each.id === requirement && each.group === ask.group) ?? []
      );
    });
    return asked.length > 0 && asked.every(({ when }) => when);
  }
  const findings = verification.findings.map(
    (finding): Finding => (isExtra(finding) ? { ...finding, state: 'not-applicable' } : finding),
  );
  const profiles = verification.profiles?.map((each) => ({
    ...each,
    verdict: verdictOf(findingsFor(findings, each.id)),
  }));
  const verdicts = [verdictOf(findings), ...(profiles ?? []).map(({ verdict }) => verdict)];
  return { ...verification, findings, ...(profiles && { profiles }), verdict: worstOf(verdicts) };
}

/** A verification with only what one profile asks for, with the verdict for that. */
export function underPurpose(verification: Verification, purpose: string | undefined): Verification {
  if (purpose === undefined) return verification;
  const { profiles, verdict } = verification;
  const own = (profiles ?? [{ id: defaultProfile, verdict }]).find(({ id }) => id === purpose);
  // It was chosen since, so nothing is known of it yet.
  if (!own) return { ...verification, findings: [], causes: [], profiles: [], verdict: 'unproven' };
  const findings = findingsFor(verification.findings, purpose).map((finding) => ({
    ...finding,
    ...(finding.asks && { asks: finding.asks.filter((ask) => ask.profile === purpose) }),
  }));
  return { ...verification, findings, profiles: [own], verdict: own.verdict };
}

/** By object where findings are told by object, by build step elsewhere; in the order of the catalogue. */
function groupsOf(findings: readonly Finding[], provider: Provider): ReportEntry['groups'] {
  const { groupsAre } = provider;
  const steps = stepsOf(provider);
  const nameOf = ({ group, step }: Finding) => (groupsAre === 'objects' ? group : step);
  const groups = [...Map.groupBy(deciding(findings), nameOf)];
  const place = (group: string) => (groupsAre === 'objects' ? 0 : steps.indexOf(group));
  return groups
    .toSorted(([one], [other]) => place(one) - place(other))
    .map(([group, members]) => {
      const has = (state: 'missing' | 'inconclusive') => members.some((finding) => isOpen(finding, state));
      if (has('missing')) return { group, state: 'missing' };
      if (has('inconclusive')) return { group, state: 'untold' };
      return { group, state: members.some(({ accepted }) => accepted) ? 'accepted' : 'met' };
    });
}

/** The entry of one connection, and its standing for the next report. */
export function entryOf(
  { connection, provider, verification, earlier }: Found,
  known: Standing | undefined,
  { profile, purpose, maxKeyAgeDays, now }: EntryOptions,
): { entry: ReportEntry; standing: Standing } {
  const narrowed = (whole: Verification) => underProfile(underPurpose(whole, purpose), profile, provider);
  const seen = verification && narrowed(verification);
  const first = earlier && standingAfter(narrowed(earlier), undefined).standing;
  const before = known ?? first;
  const { standing, change } = standingAfter(seen, before);
  const findings = seen?.findings ?? [];
  const { missing, inconclusive, total } = countStates(findings);
  // A run that could not sign in tells no dates; they stay as they were told last.
  const credential = verification?.credential ?? before?.credential ?? earlier?.credential;
  const expiry = expiryOf(credential, { now, maxKeyAgeDays });
  const reminder = dueReminder(expiry);
  const purposes = purpose === undefined ? connection.profiles : [purpose];
  const entry: ReportEntry = {
    connection,
    label: provider.label,
    verb: purposes.length === 1 ? verbsOf(provider, purposes) : undefined,
    outcome: standing.outcome,
    counts: { missing, inconclusive, total },
    groups: groupsOf(findings, provider),
    reason: seen?.error?.message,
    isRefused: seen !== undefined && isSignInRefused(seen),
    expiry,
    ...(reminder !== before?.reminder && { reminder }),
    change,
    missing: findings.filter((finding) => isOpen(finding, 'missing')),
    accepted: acceptedIn(findings),
  };
  const kept = { ...(credential && { credential }), ...(reminder !== undefined && { reminder }) };
  return { entry, standing: { ...standing, ...kept } };
}

const order: readonly Outcome[] = ['missing', 'failed', 'fault', 'unproven', 'ready'];

/** Made once: `localeCompare` makes one for each pair of names. */
const collator = lazily(() => new Intl.Collator('en', { numeric: true }));

/** Entries in the order of a report. */
export function sorted(entries: readonly ReportEntry[]): ReportEntry[] {
  return entries.toSorted(
    (one, other) =>
      order.indexOf(one.outcome) - order.indexOf(other.outcome) ||
      collator().compare(one.connection.name, other.connection.name),
  );
}

/** The point of a report in its trend. */
export function pointOf(runId: string, at: string, entries: readonly ReportEntry[]): TrendPoint {
  const countOf = (...outcomes: Outcome[]) =>
    entries.filter(({ outcome }) => outcomes.includes(outcome)).length;
  return {
    runId,
    at,
    ready: countOf('ready'),
    missing: countOf('missing'),
    unknown: countOf('unproven', 'failed', 'fault'),
  };
}

/** Whether anything of a connection is news. */
export const isNews = ({ change, reminder }: ReportEntry) => isChanged(change) || reminder !== undefined;

/** Whether a report is worth a message. The first one always is, so that people see that it works. */
export function speaks(speak: Speak, { entries, leftOut, since, catalogChanges }: Report): boolean {
  if (speak === 'always') return true;
  // Silence says that all is ready.
  if (speak === 'not-ready' && leftOut > 0) return true;
  if (speak === 'not-ready')
    return entries.some(({ outcome, change }) => outcome !== 'ready' || change.lost.length > 0);
  return since === undefined || catalogChanges.length > 0 || entries.some(isNews);
}
