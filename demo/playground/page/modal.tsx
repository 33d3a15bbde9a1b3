import { useEffect, useId, useRef, useState } from 'react';
import {
  chosen,
  filled,
  heldBy,
  holding,
  type InputBlock,
  inputsOf,
  isInput,
  isKnown,
  optionsOf,
  stateOf,
  unfilled,
} from '../../../simulations/slack/form-state.ts';
import type { Filling, Json, View, ViewState } from '../../../simulations/slack/payloads.ts';
import type { Workspace } from '../wire.ts';
import { AccountStrip } from './account-strip.tsx';
import { Blocks } from './blocks.tsx';
import { Field } from './field.tsx';
import { accountsFor, actionOf } from './form-parts.ts';
import { server } from './server.ts';

export type ModalProps = {
  readonly view: View;
  readonly workspace: Workspace;
  /** Where the form was opened. */
  readonly conversation: string;
  /** The account to fill the form with as soon as its fields are there. */
  readonly account: string | undefined;
  readonly onAction: (action: Json, state: ViewState) => void;
  readonly onSubmit: (state: ViewState) => Promise<Readonly<Record<string, string>>>;
  readonly onClose: () => void;
  /** What went wrong outside of the form's fields. */
  readonly problem: string;
  readonly onProblem: (problem: string) => void;
};

/** A form in Slack's manner: it keeps what was filled in when the bot draws it anew. */
export function Modal({
  view,
  workspace,
  conversation,
  account,
  onAction,
  onSubmit,
  onClose,
  problem,
  onProblem,
}: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const [state, setState] = useState<ViewState>({});
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [isSending, setSending] = useState(false);
  const [uploads, setUploads] = useState(0);
  const isFilled = useRef(false);
  /** What the form is to be filled in with once it is drawn anew. */
  const awaiting = useRef<Filling>(undefined);
  const current = stateOf(view, state, conversation);
  const accounts = accountsFor(view, workspace);

  useEffect(() => {
    dialog.current?.showModal();
    // The browser would begin with the button that closes the form.
    dialog.current?.querySelector<HTMLElement>('.field :is(input, select, textarea)')?.focus();
  }, []);

  useEffect(() => {
    if (Object.keys(errors).length > 0)
      dialog.current?.querySelector<HTMLElement>('[aria-invalid=true], [data-invalid=true]')?.focus();
  }, [errors]);

  function set({ block_id, element }: InputBlock, value: Json): ViewState {
    const next = { ...current, [block_id]: { [element.action_id]: value } };
    setState((before) => ({ ...before, [block_id]: { [element.action_id]: value } }));
    return next;
  }

  function change(block: InputBlock, value: Json): void {
    const next = set(block, value);
    if (block.dispatch_action && block.element.type !== 'plain_text_input')
      onAction(actionOf(block, value), next);
  }

  /** Uploads a file; nothing is sent before it is there. */
  async function upload(file: File): Promise<Json> {
    setUploads((before) => before + 1);
    try {
      return await server.upload(file.name, await file.text());
    } finally {
      setUploads((before) => before - 1);
    }
  }

  /** Fills in what the form asks for; where one of these decides what else is asked, the rest once that is there. */
  async function fillIn(filling: Filling): Promise<void> {
    const blocks = inputsOf(view);
    const deciding = blocks.find((block) => {
      const text = filled(block, filling);
      return text !== undefined && block.element.type === 'static_select' && decides(block, text);
    });
    awaiting.current = deciding && filling;
    if (deciding) return change(deciding, chosen(deciding.element, filled(deciding, filling) ?? ''));
    const entries = blocks.map(async (block) => {
      const text = filled(block, filling);
      if (text === undefined) return;
      const isFile = block.element.type === 'file_input';
      const value = isFile
        ? holding(block.element, [await upload(new File([text], 'key.json'))])
        : chosen(block.element, text);
      set(block, value);
    });
    await Promise.all(entries);
    setErrors({});
  }

  /** Whether a choice draws the form anew: it is another one than stands there. */
  function decides(block: InputBlock, text: string): boolean {
    const { dispatch_action, block_id, element } = block;
    const now = heldBy<{ value?: string } | null>(element, current[block_id]?.[element.action_id]);
    const isOffered = optionsOf(element).some(({ value }) => value === text);
    return dispatch_action === true && isOffered && now?.value !== text;
  }

  const fill = async (id: string) => fillIn(await server.account(id));

  // biome-ignore lint/correctness/useExhaustiveDependencies: goes on once the form was drawn anew, and not before
  useEffect(() => {
    if (awaiting.current) fillIn(awaiting.current).catch((error: Error) => onProblem(error.message));
  }, [view]);

  const awaited = accounts.find(({ id }) => id === account)?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: filled once, when its fields are there, and not again
  useEffect(() => {
    if (!awaited || isFilled.current) return;
    isFilled.current = true;
    fill(awaited).catch((error: Error) => onProblem(error.message));
  }, [awaited]);

  async function send(): Promise<void> {
    const missing = unfilled(view, current);
    setErrors(missing);
    if (Object.keys(missing).length > 0) return;
    setSending(true);
    try {
      setErrors(await onSubmit(current));
    } catch (error) {
      onProblem((error as Error).message);
    } finally {
      setSending(false);
    }
  }

  return (
    <dialog ref={dialog} aria-labelledby={title} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <header>
          <h2 id={title}>{view.title?.text}</h2>
          <button type="button" className="close" aria-label="Close" onClick={() => dialog.current?.close()}>
            ×
          </button>
        </header>
        <div className="fields">
          {accounts.length > 0 && <AccountStrip accounts={accounts} onChoose={fill} onProblem={onProblem} />}
          {view.blocks.map((block) => (
            <FormBlock
              key={keyOf(block)}
              block={block}
              state={current}
              errors={errors}
              workspace={workspace}
              onChange={change}
              onUpload={upload}
              onAction={(action) => onAction(action, current)}
              onProblem={onProblem}
            />
          ))}
        </div>
        {problem && (
          <p className="error wrong" role="alert">
            {problem}
          </p>
        )}
        <footer>
          <button type="button" className="plain" onClick={() => dialog.current?.close()}>
            {view.close?.text ?? 'Cancel'}
          </button>
          {view.submit && (
            <button type="submit" className="primary" disabled={isSending || uploads > 0}>
              {view.submit.text}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}

const keyOf = (block: Json) => String(block.block_id ?? JSON.stringify(block));

/** One block of a form: an input with its label, or what other messages hold too. */
function FormBlock({
  block,
  state,
  errors,
  workspace,
  onChange,
  onUpload,
  onAction,
  onProblem,
}: {
  readonly block: Json;
  readonly state: ViewState;
  readonly errors: Readonly<Record<string, string>>;
  readonly workspace: Workspace;
  readonly onChange: (block: InputBlock, state: Json) => void;
  readonly onUpload: (file: File) => Promise<Json>;
  readonly onAction: (action: Json) => void;
  readonly onProblem: (problem: string) => void;
}) {
  if (!isInput(block) || !isKnown(block.element))
    return <Blocks blocks={[block]} workspace={workspace} onAction={onAction} />;
  return (
    <Field
      block={block}
      state={state[block.block_id]?.[block.element.action_id]}
      error={errors[block.block_id]}
      workspace={workspace}
      onChange={(value) => onChange(block, value)}
      onUpload={onUpload}
      onProblem={onProblem}
    />
  );
}
