import type { Requirement } from '../../catalog/profile.ts';
import { shippedProfiles } from '../../catalog/shipped.ts';
import type { AnswerParts } from '../provider.ts';
import type { AzureAnswer, ProviderOperations } from './answers.ts';
import { inconclusive } from './observations.ts';

// A role with `*` grants every operation, also one that is only misspelt: what somebody else's profile names is held
// against Azure's own list.

const shipped = new Set(
  shippedProfiles('azure').flatMap(({ requirements }) => requirements.map(({ id }) => id.toLowerCase())),
);

export const isOperation = ({ id }: Pick<Requirement, 'id'>) => !/^(role|prerequisite):/.test(id);

const namespaceOf = (id: string) => id.split('/', 1)[0] ?? '';

/** The namespaces whose operations have to be read, for those that do not ship. */
export function namespacesOf(requirements: readonly Requirement[]): string[] {
  const foreign = requirements.filter((each) => isOperation(each) && !shipped.has(each.id.toLowerCase()));
  return [...new Set(foreign.map(({ id }) => namespaceOf(id)))];
}

/** Azure's lists of operations, by namespace. */
export type KnownOperations = ReadonlyMap<string, AzureAnswer<ProviderOperations>>;

/** The answer about an operation, as far as Azure has one of that name and kind. */
export function asKnown({ id, on }: Requirement, told: AnswerParts, known: KnownOperations): AnswerParts {
  const answer = known.get(namespaceOf(id));
  if (!answer || shipped.has(id.toLowerCase())) return told;
  if (answer.kind !== 'done') {
    if (told.state !== 'granted') return told;
    const caveat = `Whether Azure has an operation ${id} could not be read; a role with wildcards grants a misspelt one too.`;
    return { ...told, state: 'likely', evidence: { ...told.evidence, caveat } };
  }
  const operation = answer.output.find(({ name }) => name.toLowerCase() === id.toLowerCase());
  if (!operation)
    return inconclusive(
      `Azure has no operation ${id}: the profile that asks for it is wrong.`,
      'UnknownOperation',
    );
  if (operation.isDataAction === (on !== undefined)) return told;
  return inconclusive(
    operation.isDataAction
      ? `${id} is an operation on data: the profile that asks for it has to say so (on: [data]).`
      : `${id} is no operation on data: the profile that asks for it must not say so.`,
    'UnknownOperation',
  );
}
