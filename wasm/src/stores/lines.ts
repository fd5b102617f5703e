/** A journal's text without a last line that was torn. @internal */
export const wholeLines = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1);
