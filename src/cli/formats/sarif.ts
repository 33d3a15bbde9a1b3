import { createHash } from 'node:crypto';
import { isAbsolute, relative, sep } from 'node:path';
import type { Log, ReportingDescriptor, Result, Run } from 'sarif';
import packageFile from '../../../package.json' with { type: 'json' };
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

function resultOf(finding: Finding, { verification, file }: Written): Result {
  const { requirement, accepted } = finding;
  const { provider, target } = verification;
  const text = [`${requirement} is ${finding.state} on ${groupTitle(finding)}.`, evidenceOf(finding)];
  return {
    ruleId: requirement,
    ...judge(finding),
    message: { text: text.filter(Boolean).join(' ') },
    locations: [
      {
        logicalLocations: [
          {
            name: requirement,
            fullyQualifiedName: [provider, ...Object.values(target), requirement].join('/'),
          },
        ],
        ...(file &&
          file !== '-' && {
            physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: 1 } },
          }),
      },
    ],
    partialFingerprints: {
      'xoapFinding/v1': fingerprint([provider, ...Object.values(target), subjectOf(finding)]),
    },
    ...(accepted && {
      suppressions: [{ kind: 'external', status: 'accepted', justification: accepted.reason }],
    }),
  };
}

/** The verification as SARIF 2.1.0, for services that collect findings of security. */
export function asSarif(written: Written): string {
  const { provider, verification } = written;
  // Services show whatever stands there, also what passed.
  const shown = shownFindings(written).filter(({ state }) => state === 'missing' || state === 'inconclusive');
  const documentation = provider.catalog.documentation.url;
  const rules = new Map(shown.map((finding) => [finding.requirement, ruleOf(finding, documentation)]));
  const fault = faultOf(verification);
  const run: Run = {
    tool: {
      driver: {
        name: 'xoap',
        version: packageFile.version,
        semanticVersion: packageFile.version,
        rules: [...rules.values()],
      },
    },
    invocations: [
      {
        executionSuccessful: fault === undefined,
        startTimeUtc: verification.startedAt,
        ...(fault && {
          toolExecutionNotifications: [
            {
              level: 'error',
              message: { text: fault },
              descriptor: { id: verification.error?.code ?? 'fault' },
            },
          ],
        }),
      },
    ],
    results: shown.map((finding) => resultOf(finding, written)),
  };
  const log: Log = { $schema: schema, version: '2.1.0', runs: [run] };
  return JSON.stringify(log, null, 2);
}
