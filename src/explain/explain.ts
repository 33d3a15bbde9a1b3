import { documentedProfile } from '../providers/profiles.ts';
import type { Provider } from '../providers/provider.ts';
import { type Decoded, unlessNear } from '../providers/told.ts';
import type { Finding } from '../verification/finding.ts';
import type { Remediation } from '../verification/verification.ts';
import { cleanLog } from './clean-log.ts';
import { endingOf, type Heard } from './ending.ts';
import type { Explanation, Seen } from './explanation.ts';
import { readOthers } from './other-signs.ts';
import { withoutSecrets } from './secrets.ts';
import { stepIn } from './steps.ts';

const mostLines = 5;
const mostOfLine = 600;
const mostAlso = 10;

/** The lines of a text that something stands in. */
function linesAt(text: string, { at, end }: Heard): string[] {
  const from = text.lastIndexOf('\n', at) + 1;
  const to = text.indexOf('\n', end);
  const lines = text.slice(from, to < 0 ? undefined : to).split('\n');
  const told = lines.map((line) => line.trim()).filter(Boolean);
  return told
    .slice(0, mostLines)
    .map((line) => (line.length > mostOfLine ? `${line.slice(0, mostOfLine)}…` : line));
}

const seenOf = (text: string, heard: Heard): Seen => ({
  kind: heard.kind,
  provider: heard.provider?.id ?? null,
  text: heard.text,
  requirements: [...heard.requirements],
  candidates: [...(heard.candidates ?? [])],
  principal: heard.identity?.id ?? null,
  resource: heard.resource ?? null,
  layer: heard.layer ?? null,
  target: { ...heard.target },
  evidence: linesAt(text, heard),
});

/** All that profiles say of a requirement, that of the documented profile first. */
const entriesOf = (provider: Provider, id: string) =>
  provider.profiles.flatMap((profile) =>
    profile.requirements.filter((each) => each.id === id).map((requirement) => ({ profile, requirement })),
  );

/** The ids of profiles by their small letters: providers compare them so, and print them in any case. */
const spellings = (provider: Provider): ReadonlyMap<string, string> =>
  new Map(
    provider.profiles.flatMap(({ requirements }) =>
      requirements.map(({ id }) => [id.toLowerCase(), id] as const),
    ),
  );

/** What a provider reads in a text, with the ids as profiles spell them. */
function heardOf(provider: Provider, text: string): Heard[] {
  const known = spellings(provider);
  const spelled = (id: string) => known.get(id.toLowerCase()) ?? id;
  const told = provider.explain?.({ text, stepAt: (at) => stepIn(text, provider.id, at) }) ?? [];
  return told.map((each) => ({
    ...each,
    requirements: each.requirements.map(spelled),
    ...(each.candidates && { candidates: each.candidates.map(spelled) }),
    provider,
  }));
}

/** What a verification would have found, as far as a log tells it; its fixes are made of that. */
function findingOf(provider: Provider, heard: Heard, id: string): Finding {
  const entries = entriesOf(provider, id);
  const { group = entries[0]?.requirement.group ?? id } = heard;
  const known = entries.find(({ requirement }) => requirement.group === group) ?? entries[0];
  const { usualLayer, layer = usualLayer, denial, policy, resource, scope, text } = heard;
  // What the documentation gives on everything is given as it says; elsewhere what the log names is enough.
  const isOnOne =
    resource?.startsWith('arn:') && !resource.includes('*') && (!known || heard.onOne === 'always');
  return {
    requirement: id,
    name: known?.requirement.name ?? id,
    group,
    level: 'required',
    step: known?.requirement.step.title ?? documentedProfile(provider).title,
    without: known?.requirement.step.without ?? 'the build fails as it did',
    state: 'missing',
    ...(scope && { scope }),
    ...(resource && isOnOne && { objects: [{ id: resource, path: resource }] }),
    ...(layer && { layer }),
    ...(denial && { denial }),
    ...(policy && { policy }),
    method: 'none',
    evidence: { text },
  };
}

/** Anybody can have written a log: what goes into a command has none of the signs that a shell reads. */
const isPlain = (text: string) => /^[\w+=,.@:/-]{1,600}$/.test(text);

/** What of a log may stand in a command or a policy. */
function plain(heard: Heard): Heard {
  const { identity, target = {}, resource, scope, policy } = heard;
  const isNamed = identity && isPlain(identity.id) && isPlain(identity.name);
  return {
    ...heard,
    identity: isNamed ? identity : undefined,
    target: Object.fromEntries(Object.entries(target).filter(([, value]) => isPlain(value))),
    resource: resource && isPlain(resource) ? resource : undefined,
    scope: scope && isPlain(scope.replaceAll(' ', '')) ? scope : undefined,
    policy: policy && isPlain(policy.replaceAll(' ', '')) ? policy : undefined,
  };
}

/** Which profiles ask for what is missing, and what fails without it. */
function askedBy({ provider, requirements }: Heard): Explanation['asked'] {
  if (!provider) return [];
  return requirements.flatMap((id) =>
    entriesOf(provider, id).map(({ profile, requirement: { group, step } }) => ({
      profile: profile.id,
      group,
      step: step.title,
      without: step.without,
    })),
  );
}

/** Whether a fix would give far more than was refused: a right over rights, or one that nobody documents, on everything. */
function isTooWide({ requirement, objects, denial }: Finding, { provider, onOne }: Heard): boolean {
  if (!onOne || objects || denial === 'explicit') return false;
  return onOne === 'always' || !provider || entriesOf(provider, requirement).length === 0;
}

function notOnEverything(wide: readonly Finding[], { identity }: Heard): Remediation {
  const ids = wide.map(({ requirement }) => requirement);
  const text = `No commands for ${ids.join(', ')}: given on everything it is far more than was refused here. Whoever keeps the rights of ${identity?.name ?? 'this account'} gives it on the one object that the build uses, or changes the build so that it does without.`;
  return { title: 'Give it on one object alone', format: 'text', text, fixes: ids };
}

/** What mends it, from the same generators as after a verification. */
function remediationOf(told: Heard): Explanation['remediation'] {
  const heard = plain(told);
  const { provider, requirements, identity, target = {}, more = [] } = heard;
  if (!provider) return [];
  const all = requirements.map((id) => findingOf(provider, heard, id));
  const wide = all.filter((finding) => isTooWide(finding, heard));
  const missing = all.filter((finding) => !wide.includes(finding));
  const fixes =
    missing.length > 0 && !heard.isMoreAll ? provider.remediate({ missing, identity, target }) : [];
  return [...fixes, ...(wide.length > 0 ? [notOnEverything(wide, heard)] : []), ...more];
}

const nothing: Heard = {
  kind: 'unknown',
  requirements: [],
  text: 'The text does not say what was refused. Paste more of it: the lines around the first error, and the last ones.',
  at: 0,
  end: 0,
};

/** What is the same thing said again. */
const keyOf = ({ kind, provider, requirements, candidates, text }: Heard) =>
  JSON.stringify([kind, provider?.id, requirements, candidates, requirements.length > 0 ? '' : text]);

/**
 * Says what ended a build, from what it printed. Reads the text in memory alone; what looks like a secret in it is in no
 * part of the answer. Of more than `mostCharacters` the end counts.
 */
export function explainLog(raw: string, providers: readonly Provider[]): Explanation {
  const { text, hadSecrets } = withoutSecrets(cleanLog(raw));
  const ofProviders = providers.flatMap((provider) => heardOf(provider, text));
  const heard: readonly Heard[] = [...ofProviders, ...unlessNear(readOthers(text), ofProviders, 0)];
  const ending = endingOf(text, heard) ?? nothing;
  const others = new Map(
    heard.toSorted((one, other) => one.at - other.at).map((each) => [keyOf(each), each] as const),
  );
  others.delete(keyOf(ending));
  return {
    ...seenOf(text, ending),
    ...(ending === nothing && { evidence: [] }),
    asked: askedBy(ending),
    remediation: remediationOf(ending),
    alsoSeen: [...others.values()]
      .filter(({ at, end }) => end <= ending.at || at >= ending.end)
      .slice(-mostAlso)
      .reverse()
      .map((each) => seenOf(text, each)),
    hadSecrets,
  };
}

/** Says what ended a build, from what its provider said of it once the provider's own message was decoded. */
export function explainDecoded(decoded: Decoded, provider: Provider): Explanation {
  const heard: Heard = { ...decoded, provider, at: 0, end: 0 };
  return {
    ...seenOf('', heard),
    asked: askedBy(heard),
    remediation: remediationOf(heard),
    alsoSeen: [],
    hadSecrets: false,
  };
}
