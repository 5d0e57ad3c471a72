import { useState, type KeyboardEvent, type RefObject, type SubmitEvent } from 'react';

interface CheckedForm<Errors> {
  /** The errors, once the person has tried to send: nobody is told off while typing for the first time. */
  readonly shown: Errors | undefined;
  readonly onSubmit: (event: SubmitEvent) => void;
  /** Ctrl/Cmd-Enter sends from within a text of several lines. */
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/**
 * Sends a form only when no field has an error; otherwise shows them all and puts the focus on the first. Once `send` is
 * through with success, the form begins anew.
 */
export function useCheckedForm<Errors extends object>(
  form: RefObject<HTMLFormElement | null>,
  errors: Errors,
  send: () => Promise<boolean>,
): CheckedForm<Errors> {
  const [isTried, setTried] = useState(false);
  const submit = async () => {
    setTried(true);
    if (Object.keys(errors).length > 0) return focusFirstError(form);
    if (await send()) setTried(false);
  };
  return {
    shown: isTried ? errors : undefined,
    onSubmit: (event) => {
      event.preventDefault();
      void submit();
    },
    onKeyDown: (event) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void submit();
    },
  };
}

// After the render that marks the fields.
function focusFirstError(form: RefObject<HTMLFormElement | null>): void {
  requestAnimationFrame(() =>
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-error]')?.focus(),
  );
}
