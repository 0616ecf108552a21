/** Commands that act on the stack that is selected, or on `sandbox`, which may be another one. */
const pulumi = /\bpulumi (?:config (?:set|rm|get)|up|preview|destroy|refresh|cancel|stack output)(?=[\s`.,:;)]|$)/g;
const make =
  /\bmake (?:init|up|doctor|diff|destroy|outputs|preview|user|assistant-check|images|repositories)(?=[\s`.,:;)]|$)/g;

/** The same text for a person, with each command in it naming the stack. */
export const ofStack = (text: string, stack: string): string =>
  text
    .replace(pulumi, (found, at: number) =>
      /^ (?:-s|--stack) /.test(text.slice(at + found.length)) ? found : `${found} -s ${stack}`,
    )
    .replace(make, (found, at: number, whole: string) =>
      /^ STACK=/.test(whole.slice(at + found.length)) ? found : `${found} STACK=${stack}`,
    );
