/** The one overlay that is open. */
class Sheets {
  open = $state<'model' | 'network' | 'palette' | undefined>(undefined);
}
export const sheets = new Sheets();

/** A dialog that opens with its element, closes by Escape or a press outside, and gives the focus back. */
export function modal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  const closed = () => {
    sheets.open = undefined;
  };
  const outside = (event: MouseEvent) => {
    if (event.target === dialog) dialog.close();
  };
  dialog.addEventListener('close', closed);
  dialog.addEventListener('click', outside);
  dialog.showModal();
  return () => {
    dialog.removeEventListener('close', closed);
    dialog.removeEventListener('click', outside);
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
}
