"use strict";
// Files of data that came from elsewhere (production's archive on a host, and back): the documents name the place that they had
// there. Whoever brought them has laid the files out as they are here.
// LibreChat 0.8.8 finds a file by `source` (local, s3) and `filepath`: on a disk the path behind /images or /uploads, in S3 a signed
// link, of which it reads the key and which it signs anew when it has ended (packages/api/src/storage/s3/crud.ts: needsRefresh,
// extractKeyFromS3Url). A key is images/USER/NAME or uploads/USER/NAME; avatars/ of S3 are among the images of a disk.

const OTHER = { local: "s3", s3: "local" };

/** Where this installation keeps files. */
const placeOf = ({ AWS_BUCKET_NAME: bucket, AWS_REGION: region }) =>
  bucket ? { source: "s3", bucket, region } : { source: "local" };

/** The key of a link or a path; undefined when it is neither, as that of somebody else's page. */
function keyOf(filepath) {
  let path = filepath;
  if (/^https?:/.test(filepath)) {
    const link = new URL(filepath);
    if (!link.searchParams.has("X-Amz-Signature")) return undefined;
    path = decodeURIComponent(link.pathname);
  }
  const [key] = path.replace(/^\//, "").split("?");
  return /^(images|avatars|uploads)\/[^/]+\/./.test(key) ? key : undefined;
}

/** The same file's `filepath` in a place. */
function filepathIn(place, filepath) {
  const key = keyOf(filepath);
  if (key === undefined) return filepath;
  if (place.source === "local") return `/${key.replace(/^avatars\//, "images/")}`;
  const path = key.split("/").map(encodeURIComponent).join("/");
  // a signature that has ended: LibreChat makes a new one at the first look
  return `https://${place.bucket}.s3.${place.region}.amazonaws.com/${path}?X-Amz-Date=20000101T000000Z&X-Amz-Expires=1&X-Amz-Signature=0`;
}

const isElsewhere = (place, filepath) =>
  typeof filepath === "string" &&
  /^https?:/.test(filepath) !== (place.source === "s3") &&
  keyOf(filepath) !== undefined;

/** @returns how many documents were changed */
async function settleFiles(database, environment = process.env) {
  const place = placeOf(environment);
  const other = OTHER[place.source];
  let changed = 0;
  const each = async (collection, filter, change) => {
    for await (const document of database.collection(collection).find(filter)) {
      const $set = change(document);
      if ($set === undefined) continue;
      await database.collection(collection).updateOne({ _id: document._id }, { $set });
      changed += 1;
    }
  };
  await each("files", { source: other }, ({ filepath }) => ({
    source: place.source,
    filepath: filepathIn(place, filepath),
  }));
  await each("users", { avatar: { $type: "string" } }, ({ avatar }) =>
    isElsewhere(place, avatar) ? { avatar: filepathIn(place, avatar) } : undefined,
  );
  await each("agents", { "avatar.source": other }, ({ avatar }) => ({
    avatar: { ...avatar, source: place.source, filepath: filepathIn(place, avatar.filepath) },
  }));
  // of what is shown in a conversation
  await each("messages", { "files.filepath": { $type: "string" } }, ({ files }) =>
    files.some(({ filepath }) => isElsewhere(place, filepath))
      ? {
          files: files.map((f) =>
            isElsewhere(place, f.filepath) ? { ...f, filepath: filepathIn(place, f.filepath) } : f,
          ),
        }
      : undefined,
  );
  return changed;
}

module.exports = { settleFiles, filepathIn };
