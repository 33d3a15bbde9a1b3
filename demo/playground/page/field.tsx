import { useId } from 'react';
import type { InputBlock } from '../../../simulations/slack/form-state.ts';
import type { Json } from '../../../simulations/slack/payloads.ts';
import type { Workspace } from '../wire.ts';
import { ElementControl, type ElementProps, isGroup } from './elements.tsx';

/** One input with its label, its hint, and what is wrong with it. */
export function Field({
  block,
  state,
  error,
  workspace,
  onChange,
  onUpload,
  onProblem,
}: {
  readonly block: InputBlock;
  readonly state: Json | undefined;
  readonly error: string | undefined;
  readonly workspace: Workspace;
  readonly onChange: (state: Json) => void;
  readonly onUpload: ElementProps['onUpload'];
  readonly onProblem: (problem: string) => void;
}) {
  const id = useId();
  const { label, hint, optional, element } = block;
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  const name = (
    <>
      {label.text}
      {optional && <span className="optional"> (optional)</span>}
    </>
  );
  return (
    <div className="field">
      {isGroup(element) ? (
        <p className="label" id={`${id}-label`}>
          {name}
        </p>
      ) : (
        <label className="label" id={`${id}-label`} htmlFor={id}>
          {name}
        </label>
      )}
      <ElementControl
        element={element}
        state={state}
        control={{
          id,
          'aria-describedby': described || undefined,
          'aria-invalid': error ? true : undefined,
          'aria-required': optional ? undefined : true,
        }}
        workspace={workspace}
        onChange={onChange}
        onUpload={onUpload}
        onProblem={onProblem}
      />
      {error && (
        <p className="error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint.text}
        </p>
      )}
    </div>
  );
}
