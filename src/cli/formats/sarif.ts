import { createHash } from 'node:crypto';
import { isAbsolute, relative, sep } from 'node:path';
import type { Location, Log, ReportingDescriptor, Result, Run } from 'sarif';
import packageFile from '../../../package.json' with { type: 'json' };
import { documentedProfile } from '../../providers/profiles.ts';
import { type Finding, subjectOf } from '../../verification/finding.ts';
import { evidenceOf, faultOf, groupTitle, shownFindings, type Written } from './written.ts';

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

function ruleOf({ requirement, name, step, without }: Finding, documentation: string): ReportingDescriptor {
  return {
    id: requirement,
    shortDescription: { text: name },
    fullDescription: { text: `${step}. Without it: ${without}.` },
    helpUri: documentation,
  };
}

/** What is missing fails; what could not be told is open, which has no level (SARIF 2.1.0, 3.27.9 and 3.27.10). */
function judge({ state, level }: Finding): Pick<Result, 'kind' | 'level'> {
  if (state === 'missing') return { kind: 'fail', level: level === 'optional' ? 'note' : 'error' };
  return { kind: 'open', level: 'none' };
}

/** A path as a URI below the working folder; GitHub shows only results that stand in a file of the repository. */
function uriOf(file: string): string {
  const path = relative(process.cwd(), file);
  const isInside = !path.startsWith('..') && !isAbsolute(path);
  return (isInside ? path : file).split(sep).map(encodeURIComponent).join('/');
}

/** The same for the same requirement of the same target, so that services know it again. */
const fingerprint = (parts: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/**
 * Where a result stands. GitHub takes no result without a file, so one of a credential that came from elsewhere stands in a
 * file that is named after the provider.
 */
function placeOf(what: string, { verification: { provider, target }, file }: Written): Location {
  const uri = file && file !== '-' ? uriOf(file) : `xoap/${provider}`;
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
    logicalLocations: [
      { name: what, fullyQualifiedName: [provider, ...Object.values(target), what].join('/') },
    ],
  };
}

/** What services know a result again by; GitHub looks at the second alone, which all of line 1 would share. */
function fingerprintsOf(
  what: string,
  { verification: { provider, target } }: Written,
): Record<string, string> {
  const print = fingerprint([provider, ...Object.values(target), what]);
  return { 'xoapFinding/v1': print, primaryLocationLineHash: `${print}:1` };
}

function resultOf(finding: Finding, written: Written): Result {
  const { requirement, accepted } = finding;
  const text = [`${requirement} is ${finding.state} on ${groupTitle(finding)}.`, evidenceOf(finding)];
  return {
    ruleId: requirement,
    ...judge(finding),
    message: { text: text.filter(Boolean).join(' ') },
    locations: [placeOf(requirement, written)],
    partialFingerprints: fingerprintsOf(subjectOf(finding), written),
    ...(accepted && {
      suppressions: [{ kind: 'external', status: 'accepted', justification: accepted.reason }],
    }),
  };
}

const signIn = 'sign-in';

/** That nothing was told, as a result too: an upload without results means to services that all is mended. */
const faultResult = (fault: string, written: Written): Result => ({
  ruleId: signIn,
  kind: 'fail',
  level: 'error',
  message: { text: fault },
  locations: [placeOf(signIn, written)],
  partialFingerprints: fingerprintsOf(signIn, written),
});

/** The verification as SARIF 2.1.0, for services that collect findings of security. */
export function asSarif(written: Written): string {
  const { provider, verification } = written;
  // Services show whatever stands there, also what passed.
  const shown = shownFindings(written).filter(({ state }) => state === 'missing' || state === 'inconclusive');
  const documentation = documentedProfile(provider).documentation.url;
  const rules = new Map(shown.map((finding) => [finding.requirement, ruleOf(finding, documentation)]));
  const fault = faultOf(verification);
  if (fault) rules.set(signIn, { id: signIn, shortDescription: { text: 'The credential signs in' } });
  const run: Run = {
    tool: {
      driver: {
        name: 'xoap',
        version: packageFile.version,
        semanticVersion: packageFile.version,
        rules: [...rules.values()],
      },
    },
    invocations: [{ executionSuccessful: fault === undefined, startTimeUtc: verification.startedAt }],
    results: fault ? [faultResult(fault, written)] : shown.map((finding) => resultOf(finding, written)),
  };
  const log: Log = { $schema: schema, version: '2.1.0', runs: [run] };
  return JSON.stringify(log, null, 2);
}
