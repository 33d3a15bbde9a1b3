import type { FieldValues } from './credential-form.ts';

/** What a person's machine offers where tools look for credentials. */
export type Machine = {
  /** The environment's variables; an empty one counts as absent. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** A profile by its name, where the provider's own tools have profiles. */
  readonly profile?: string | undefined;
};

/** A credential as it lies on a machine. */
export type FoundCredential = {
  /** Its fields, as somebody would have entered them. */
  readonly values: FieldValues;
  /** Where they were found, in words that follow "Read from ": never a value. */
  readonly from: string;
};

/** How tools keep credentials of one provider on a machine, for the command line. */
export type OnMachine = {
  /** The places, in words that follow "or set ": `ARM_CLIENT_ID, ARM_CLIENT_SECRET and ARM_TENANT_ID`. */
  readonly places: string;
  /** Whether the provider's tools have profiles with names. */
  readonly hasProfiles?: true;
  /**
   * Reads what is there; undefined where nothing is. Throws `machine.unreadable` with a sentence for what is named and
   * cannot be read.
   */
  find(machine: Machine): Promise<FoundCredential | undefined>;
};

/** The fields that variables hold, by field, and the names of the variables that are set. */
export function fromVariables(
  variables: Machine['variables'],
  names: Readonly<Record<string, readonly string[]>>,
): { values: Record<string, string>; used: string[] } {
  const set = Object.entries(names).flatMap(([field, candidates]) => {
    const name = candidates.find((each) => variables[each]?.trim());
    return name === undefined ? [] : [{ field, name, value: variables[name] ?? '' }];
  });
  return {
    values: Object.fromEntries(set.map(({ field, value }) => [field, value])),
    used: set.map(({ name }) => name),
  };
}
