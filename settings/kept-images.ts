/** Tagged images of each repository that stay: the one in use and enough to go back to. */
export const keptImages = 10;
