import type { AnswerParts } from '../provider.ts';
import type { AwsAnswer } from './answers.ts';
import type { Launch } from './probes.ts';
import { isDenied, readProbe } from './read-answers.ts';
import type { Witness } from './witness.ts';

export type LaunchAsked = {
  readonly region: string;
  /** What the dry run named that exists. */
  readonly launch: Launch | undefined;
  /** Whether builds run in a subnet of their own, and not in the default one that the dry run named. */
  readonly isOwnVpc: boolean;
};

/**
 * What the dry run of a launch tells. In which order EC2 looks at an AMI, a subnet or a key pair that is not there and
 * at the permissions for the others is documented nowhere, so "not found" proves nothing here; and a refusal for the very
 * AMI or subnet that was lent says nothing of those that builds use.
 */
export function readLaunch(answer: AwsAnswer, { region, launch, isOwnVpc }: LaunchAsked): AnswerParts {
  const told = readProbe(answer, region);
  const { evidence } = told;
  const open = (text: string): AnswerParts => ({
    ...told,
    state: 'inconclusive',
    evidence: { ...evidence, text },
  });
  if (told.state === 'likely')
    return open(
      `AWS answered ${evidence.code ?? 'that something is not there'} to a launch, and whether it looked at every permission before is documented nowhere. The policy simulator can tell.`,
    );
  if (told.state !== 'missing' || told.denial === 'explicit' || !launch || !isDenied(answer)) return told;
  const names = (id: string) => answer.message.includes(`/${id}`);
  if (names(launch.imageId))
    return open(
      `The launch of Amazon’s own AMI was refused, and builds may be allowed to launch others only. ${evidence.text}`,
    );
  if (isOwnVpc && names(launch.subnetId))
    return open(
      `A launch in the default subnet was refused, and builds may be allowed to launch in their own subnets only. ${evidence.text}`,
    );
  return told;
}

/** A key pair cannot be there before the build makes it, and what EC2 does about that is documented nowhere. */
export function withKeyCaveat(told: AnswerParts, witness: Witness | undefined): AnswerParts {
  const isConfirmed = witness?.evaluation.EvalDecision === 'allowed' || witness?.coversAction;
  if (told.state !== 'granted' || isConfirmed) return told;
  const caveat =
    'The dry run named a key pair that is not there yet, as a build’s is not. AWS does not document whether it looks at the permission for such a key pair.';
  return { ...told, evidence: { ...told.evidence, caveat } };
}
