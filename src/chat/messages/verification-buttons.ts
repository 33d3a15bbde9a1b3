import type { Connection } from '../../connections/connection.ts';
import type { Provider } from '../../providers/provider.ts';
import { isAcceptable } from '../../verification/acceptance.ts';
import { isSignInRefused } from '../../verification/verdict.ts';
import type { Verification } from '../../verification/verification.ts';
import type { Button, Part } from '../model/message.ts';

/** Opens the form for a new credential. */
export const replaceButton = (id: string): Button => ({
  label: 'Replace credential…',
  action: 'replace-credential',
  value: id,
  style: 'primary',
});

/** What can be done about a verdict; later too where the provider takes its time to show what was granted. */
export function verificationButtons(
  { id, keyless }: Connection,
  provider?: Provider,
  verification?: Verification,
): Part {
  const { verdict = 'failed', error, choices, findings = [] } = verification ?? {};
  // A credential that is refused is not taken in five minutes either.
  const isOver = verdict === 'ready' || isSignInRefused({ error });
  const minutes = isOver ? undefined : provider?.settlingMinutes;
  const choose: Button = { label: 'Choose objects…', action: 'choose-objects', value: id };
  const confirm: Button = {
    label: provider?.confirmLabel ?? 'Confirm',
    action: 'confirm',
    value: JSON.stringify({ id, confirm: error?.confirm }),
    style: 'primary',
  };
  const later: Button = {
    label: `Verify again in ${minutes} minutes`,
    action: 'verify-later',
    value: id,
  };
  const accept: Button = { label: 'Accept…', action: 'accept-findings', value: id };
  const isAccepting =
    verdict !== 'failed' && findings.some((finding) => isAcceptable(finding, provider?.incidentCodes));
  // What could not be told is mostly what nobody has named yet.
  const isChosenFirst = choices !== undefined && verdict === 'unproven';
  return {
    kind: 'buttons',
    buttons: [
      ...(isSignInRefused({ error }) && !keyless ? [replaceButton(id)] : []),
      ...(error?.confirm ? [confirm] : []),
      ...(isChosenFirst ? [choose] : []),
      { label: 'Verify again', action: 'verify-again', value: id },
      ...(minutes ? [later] : []),
      ...(choices && !isChosenFirst ? [choose] : []),
      ...(isAccepting ? [accept] : []),
      { label: 'Show all checks', action: 'show-all-checks', value: id },
    ],
  };
}
