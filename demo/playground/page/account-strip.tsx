import type { Account } from '../wire.ts';

/** The playground's own part of a form: what it can be filled with at a click. */
export function AccountStrip({
  accounts,
  onChoose,
  onProblem,
}: {
  readonly accounts: readonly Account[];
  readonly onChoose: (id: string) => Promise<void>;
  readonly onProblem: (problem: string) => void;
}) {
  return (
    <section className="strip" aria-label="Demo accounts">
      <p>Fill in a credential of the simulated cloud, or type your own, which goes to the real one:</p>
      <div className="buttons">
        {accounts
          .filter(({ isSimulated }) => isSimulated)
          .map(({ id, title }) => (
            <button
              key={id}
              type="button"
              className="plain"
              onClick={() => {
                onChoose(id).catch((error: Error) => onProblem(error.message));
              }}
            >
              {title}
            </button>
          ))}
      </div>
    </section>
  );
}
