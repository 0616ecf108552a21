import type { Files } from "../model/types";

const owned = { uid: 1000, gid: 1000, backup: "files" } as const;
const images = { name: "ai-eco-librechat", path: "/app/client/public/images", ...owned } as const;
const uploads = { name: "ai-eco-librechat-uploads", path: "/app/uploads", ...owned } as const;

/** LibreChat writes to `images/`, `avatars/` and `uploads/`, avatars on a disk among the images; its pages also fetch what is downloaded. */
export const files: Files = {
  bucket: "librechat-files",
  shownOn: ["chat"],
  onHost: [
    { prefix: "images/", volume: images },
    { prefix: "avatars/", volume: images },
    { prefix: "uploads/", volume: uploads },
  ],
};

/** Where they are on a host. */
export const volumes = [images, uploads] as const;
