/** Words that are no Spanish, and that hardly an English sentence does without. */
export const english =
  /\b(?:the|is|are|of|and|or|than|has|have|was|were|did|does|do|not|with|for|which|that|its|more|less|runs?|uses?)\b/i;
