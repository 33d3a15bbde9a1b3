import { useState } from 'react';
import type { Account, Workspace } from '../wire.ts';

/** Credentials to try: each opens the form of its provider, filled in. */
export function AccountsPane({
  workspace,
  onChoose,
  onReset,
}: {
  readonly workspace: Workspace;
  readonly onChoose: (account: Account) => void;
  readonly onReset: () => Promise<unknown>;
}) {
  const [said, setSaid] = useState('');
  const byProvider = Map.groupBy(workspace.accounts, ({ providerLabel }) => providerLabel);

  async function reset(): Promise<void> {
    try {
      await onReset();
      setSaid('Every simulated account is as it was.');
    } catch (error) {
      setSaid((error as Error).message);
    }
  }

  return (
    <aside className="pane" aria-label="Demo accounts">
      <header>
        <h2>Demo accounts</h2>
      </header>
      <p>
        Choose a credential: the form opens, filled in. Send it, open the thread of the answer, press{' '}
        <i>Fix it</i> there, and <i>Verify again</i>.
      </p>
      {[...byProvider].map(([provider, accounts]) => (
        <section key={provider} aria-label={provider}>
          <h3>{provider}</h3>
          {accounts.map((account) => (
            <button key={account.id} type="button" className="account" onClick={() => onChoose(account)}>
              <b>{account.title}</b>
              <span>{account.description}</span>
            </button>
          ))}
        </section>
      ))}
      <button type="button" className="plain" onClick={reset}>
        Put the accounts back
      </button>
      <p role="status">{said}</p>
    </aside>
  );
}
