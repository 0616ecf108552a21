// Paths of the first version, when all applications shared one address: they lead to the hosts of today.
// Each entry: the path, the origin of its host, and whether the application still lives below that path.
// CloudFront's runtime has neither destructuring nor for-of nor flatMap.
const paths = JSON.parse("@@PATHS@@");

/** The query as it came: names and values are still encoded. */
function queryOf(parameters) {
  const parts = [];
  Object.keys(parameters).forEach((name) => {
    (parameters[name].multiValue || [parameters[name]]).forEach((each) => {
      parts.push(each.value === "" ? name : `${name}=${each.value}`);
    });
  });
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

function handler(event) {
  const request = event.request;
  const found = paths.filter((p) => request.uri === p.path.slice(0, -1) || request.uri.startsWith(p.path))[0];
  if (!found) return request;
  const rest = request.uri.slice(found.path.length);
  let target = "/";
  if (rest !== "") target = found.stays ? request.uri : `/${rest}`;
  return {
    statusCode: 302,
    statusDescription: "Found",
    headers: {
      location: { value: found.origin + target + queryOf(request.querystring) },
      "cache-control": { value: "no-store" },
    },
  };
}
