import { heldField } from '../../held/holdable.ts';
import {
  type Choice,
  type ChoiceGroup,
  type CredentialField,
  conditionsOf,
  keylessWay,
  onlyTexts,
} from '../../providers/credential-form.ts';
import type { Provider } from '../../providers/provider.ts';
import type { FormField, FormValues } from '../model/form.ts';
import { credentialValues } from './connection-answers.ts';
import { noWays, type OfferedWays } from './offered-ways.ts';

/** Whether a secret may have been pasted into the wrong field: it is not shown again. */
function mayHoldSecret(
  { pattern, maxLength = Number.POSITIVE_INFINITY }: Pick<FormField, 'pattern' | 'maxLength'>,
  value: string,
): boolean {
  if (value.length > maxLength) return true;
  const isStrange = pattern !== undefined && !new RegExp(pattern.regex).test(value);
  return isStrange || /(password|secret)["”]?\s*:/i.test(value);
}

/** The choices that the bot can keep, of a field that has any. */
function offeredChoices(field: CredentialField, heldNames: readonly string[], hasIssuer: boolean) {
  if (field.id === heldField)
    return [{ label: 'Held', choices: heldNames.map((name) => ({ value: name, label: name })) }];
  const isKept = ({ keyless }: Choice) => {
    if (keyless === 'held') return heldNames.length > 0;
    return keyless !== 'issuer' || hasIssuer;
  };
  return field.choices?.map(({ choices, ...group }) => ({ ...group, choices: choices.filter(isKept) }));
}

const valuesIn = (groups: readonly ChoiceGroup[] = []) =>
  groups.flatMap(({ choices }) => choices.map(({ value }) => value));

/** Whether there is anything to ask, where a choice is asked for. What is held is named, also where there is one alone. */
const isChoice = ({ id }: CredentialField, groups?: readonly ChoiceGroup[]) =>
  groups === undefined || id === heldField || groups.flatMap(({ choices }) => choices).length > 1;

/** The provider's fields that are asked for, given what has been entered so far; presets and new values filled in. */
export function credentialFields(
  provider: Provider,
  values: FormValues,
  { trust, heldNames }: OfferedWays = noWays,
): FormField[] {
  const own = credentialValues(provider, values);
  const given = provider.spread?.(own) ?? own;
  const named = heldNames(provider.id);
  const offered = new Map(
    provider.fields.map((field) => [
      field.id,
      offeredChoices(field, named, trust.issuer !== undefined) as ChoiceGroup[] | undefined,
    ]),
  );
  // A way that was chosen may be offered no more.
  const withheld = new Set(
    provider.fields.flatMap(({ id, choices = [] }) => {
      const kept = valuesIn(offered.get(id));
      return valuesIn(choices).filter((value) => !kept.includes(value));
    }),
  );
  const entered = (id: string) => {
    const value = given[id];
    return typeof value === 'string' && value !== '' && !withheld.has(value) ? value : undefined;
  };
  const presets = new Map(provider.fields.map(({ id, preset }) => [id, preset]));
  const known = onlyTexts(
    Object.fromEntries(provider.fields.map(({ id }) => [id, entered(id) ?? presets.get(id)])),
  );
  const isGuided = keylessWay(provider.fields, known) !== undefined;
  const isAsked = (field: CredentialField) =>
    conditionsOf(field).every((only) => only.values.includes(known[only.field] ?? ''));
  return provider.fields
    .filter((field) => isAsked(field) && isChoice(field, offered.get(field.id)))
    .map((field) => {
      const { id, preset, generate, guides, optionalInForm, onlyWhen: _onlyWhen, ...shown } = field;
      const value = entered(id) ?? generate?.() ?? preset;
      const isSecret = field.kind === 'secret' || field.kind === 'file';
      const isKept = value !== undefined && !isSecret && !mayHoldSecret(field, value);
      const choices = offered.get(id);
      const redraws = field.redraws || (isGuided && guides);
      return {
        ...shown,
        ...(choices && { choices }),
        ...(redraws && { redraws }),
        optional: field.optional ?? optionalInForm ?? false,
        comesLater: optionalInForm ?? false,
        id: `${provider.id}.${id}`,
        ...(isKept && { value }),
      };
    });
}
