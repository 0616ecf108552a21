const part = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const registry = "[a-z0-9]+(?:[.-]+[a-z0-9]+)*(?::[0-9]{1,5})?";

/** An image as https://github.com/distribution/reference has it, with a tag other than latest; a digest may follow. */
export const pinnedImage = new RegExp(
  `^(?:${registry}/)?${part}(?:/${part})*:(?!latest(?:$|@))[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(?:@sha256:[0-9a-f]{64})?$`,
);
